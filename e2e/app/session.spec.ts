import { expect, expectAccessible, signIn, test, visit } from "./fixtures.ts";

test("an expired session comes back to the same screen, and nothing typed is lost", async ({ page, api, server, browser }) => {
  await visit(page, "/admin/clients/new?profile=service_account");
  await page.getByLabel("Name").fill("Half typed");

  const elsewhere = await (await browser.newContext({ baseURL: server.url })).newPage();
  await elsewhere.goto("/admin/account");
  await signIn(elsewhere, server);
  await elsewhere.getByRole("button", { name: "Sign out elsewhere…" }).click();
  await elsewhere.getByRole("button", { name: "Sign out elsewhere", exact: true }).click();
  await expect(elsewhere.getByText("You are signed out everywhere else")).toBeVisible();
  await elsewhere.context().close();

  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByRole("heading", { name: "Your session has ended" })).toBeVisible();
  await expectAccessible(page);
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const popup = await opening;
  await signIn(popup, server);
  // What waited goes on by itself.
  await expect(page.getByRole("heading", { name: "Store the secret of Half typed" })).toBeVisible();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("heading", { name: "Half typed", level: 1 })).toBeVisible();
});

test("an expired access token is renewed without anyone noticing", async ({ page }) => {
  let refused = 0;
  await page.route("**/api/v1/clients?*", (route) => (refused++ === 0 ? route.fulfill({ status: 401, body: "{}" }) : route.continue()));
  const renewed = page.waitForRequest((it) => it.url().endsWith("/oauth2/token"));
  await page.getByRole("searchbox").fill("anything");
  await renewed;
  await expect(page.getByText("No client matches")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a server that goes away and comes back is asked again", async ({ page, api, server }) => {
  await api.account("Still there");
  await server.goAway();
  await page.getByRole("searchbox").fill("still");
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await expectAccessible(page);
  await server.comeBack();
  await expect(page.getByRole("link", { name: "Still there", exact: true })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText("The server cannot be reached")).toHaveCount(0);
  await expect(page.getByRole("searchbox")).toHaveValue("still");
});

test("a slow network shows the shape of what is coming, and no jump", async ({ page }) => {
  await page.route("**/api/v1/users*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await route.continue();
  });
  await visit(page, "/admin/users");
  await expect(page.locator(".skeleton")).toBeVisible();
  const before = await page.getByRole("searchbox").boundingBox();
  await expect(page.getByRole("table", { name: "Users" })).toBeVisible();
  expect(await page.getByRole("searchbox").boundingBox()).toEqual(before);
});

test("signing out stays in the app, and a reload asks to sign in", async ({ page }) => {
  await visit(page, "/admin/account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByLabel("E-mail")).toBeVisible();
});

test("two tabs have a session each, and a deleted client is gone in both", async ({ page, api, server, context }) => {
  const made = await api.account("Seen twice");
  const second = await context.newPage();
  await second.goto(`/admin/clients/${made.client.id}`);
  await expect(second.getByRole("heading", { name: "Seen twice", level: 1 })).toBeVisible();
  await visit(page, `/admin/clients/${made.client.id}/danger`);
  await page.getByRole("button", { name: "Delete client…" }).click();
  await page.getByRole("button", { name: "Delete client", exact: true }).click();
  await expect(page).toHaveURL(/\/clients$/);
  await second.reload();
  await expect(second.getByText("Deleted").first()).toBeVisible();
});

test("my password is changed against the present one", async ({ page }) => {
  await visit(page, "/admin/account");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByLabel("Present password").fill("not the present one");
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Change password" }).last().click();
  await expect(page.getByText(/At least 12 characters; a sentence/)).toBeVisible();
  await page.getByLabel("New password", { exact: true }).fill("four quiet words in a row");
  await page.getByLabel("New password once more").fill("four quiet words in a row");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Change password" }).last().click();
  await expect(page.locator(".field-error, .notice-bad").first()).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
});
