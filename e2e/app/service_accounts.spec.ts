import { expect, expectAccessible, test } from "./fixtures.ts";

test("a service account is made once and its secret is shown once", async ({ admin: page }) => {
  const created: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/v1/clients")) created.push(request.url());
  });
  await page.getByRole("link", { name: "New client" }).first().click();
  await page.getByRole("link", { name: /^Service account/ }).click();
  await page.getByLabel("Name").fill("Warehouse sync");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create client" }).dblclick();

  await expect(page.getByRole("heading", { name: "Store the secret of Warehouse sync" })).toBeVisible();
  await expectAccessible(page);
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("button", { name: "I have stored it" }).click();

  await expect(page.getByRole("heading", { name: "Warehouse sync", level: 1 })).toBeVisible();
  expect(created).toHaveLength(1);
  expect(await page.content()).not.toContain(secret);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(secret);
});

test("what is wrong stands beside its field before anything is sent", async ({ admin: page }) => {
  await page.goto("/admin/clients/new?profile=app");
  await page.getByLabel("Name").fill("Portal");
  await page.getByLabel("Redirect URIs").fill("https://portal.example/cb\n\nhttp://portal.example/cb");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.locator(".lines-mistakes").first()).toContainText("http only for a loopback address");
  await expect(page.getByLabel("Name")).toHaveValue("Portal");
});
