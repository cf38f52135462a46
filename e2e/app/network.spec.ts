import { expect, expectAccessible, test, unique, visit } from "./fixtures.ts";

test("a server that goes away and comes back is asked again", async ({ admin: page, api, server }) => {
  const name = unique("Still there");
  await api.account(name);
  await server.goAway();
  await page.getByRole("searchbox").fill(name);
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await expectAccessible(page);
  await server.comeBack();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  await expect(page.getByText("The server cannot be reached")).toHaveCount(0);
  await expect(page.getByRole("searchbox")).toHaveValue(name);
});

test("what is sent while the server is away is not lost, and goes when it is back", async ({ page, api, server }) => {
  const made = await api.account(unique("Saved later"));
  await visit(page, `/admin/clients/${made.client.id}?edit=yes`, made.client.name);
  await page.getByLabel("Notes").fill("Typed while nobody listened");
  await server.goAway();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await expect(page.getByLabel("Notes")).toHaveValue("Typed while nobody listened");
  await server.comeBack();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator("main").getByText("Typed while nobody listened")).toBeVisible();
});

test("a fault of the server is told with its request id, beside what caused it", async ({ page, api }) => {
  const made = await api.account(unique("Faulty"));
  await page.route(`**/api/v1/clients/${made.client.id}`, (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "https://latchkey.example/unavailable", title: "Not now", status: 503, detail: "The database is away.", request_id: "the-request-id" }) })
      : route.continue(),
  );
  await visit(page, `/admin/clients/${made.client.id}?edit=yes`, made.client.name);
  await page.getByLabel("Owner").fill("Logistics");
  await page.getByRole("button", { name: "Save changes" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "The database is away." }).first();
  await expect(alert).toContainText("the-request-id");
  await expect(page.getByLabel("Owner")).toHaveValue("Logistics");
  await expectAccessible(page);
});

test("a slow network shows the shape of what is coming, and no jump", async ({ page }) => {
  let answer = () => {};
  const slow = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/users*", async (route) => {
    await slow;
    await route.continue();
  });
  await page.goto("/admin/users");
  await expect(page.locator(".skeleton")).toBeVisible();
  await expectAccessible(page);
  const before = await page.getByRole("searchbox").boundingBox();
  answer();
  await expect(page.getByRole("table", { name: "Users" })).toBeVisible();
  expect(await page.getByRole("searchbox").boundingBox()).toEqual(before);
});

test("an answer that comes too late does not replace the one that was asked for after it", async ({ admin: page, api }) => {
  const [first, second] = [unique("Early"), unique("Late")];
  for (const name of [first, second]) await api.account(name);
  let answer = () => {};
  const slow = new Promise<void>((resolve) => (answer = resolve));
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  await page.route(`**/api/v1/clients?*q=${first}*`, async (route) => {
    asked();
    await slow;
    await route.continue();
  });
  await page.getByRole("searchbox").fill(first);
  await isAsked;
  await page.getByRole("searchbox").fill(second);
  await expect(page.getByRole("link", { name: second, exact: true })).toBeVisible();
  const late = page.waitForResponse((it) => it.url().includes(`q=${first}`));
  answer();
  await (await late).finished();
  await expect(page.getByRole("link", { name: second, exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: first, exact: true })).toHaveCount(0);
});

test("a slow answer to a button keeps it from being pressed twice", async ({ page, api }) => {
  const owner = unique("Slow");
  let answer = () => {};
  const slow = new Promise<void>((resolve) => (answer = resolve));
  let sent = 0;
  await page.route("**/api/v1/clients", async (route) => {
    sent++;
    await slow;
    await route.continue();
  });
  await visit(page, "/admin/clients/new?profile=service_account", "New service account");
  await page.getByLabel("Name").fill("Pressed twice");
  await page.getByLabel("Owner").fill(owner);
  await page.getByLabel("Owner").press("Enter");
  await expect.poll(() => sent).toBe(1);
  await page.getByLabel("Owner").press("Enter");
  await page.getByRole("button", { name: "Create client" }).click({ force: true });
  answer();
  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
  expect(sent).toBe(1);
  const { items } = await api.call("get", `/api/v1/clients?owner=${owner}` as "/api/v1/clients");
  expect(items).toHaveLength(1);
});
