import { Api, askForToken } from "./api.ts";
import { expect, expectAccessible, expectNowhere, test } from "./fixtures.ts";

test("a secret is rotated with a grace, and ended early only against the evidence", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.account("Warehouse sync");
  await page.goto(`/admin/clients/${made.client.id}/credentials`);
  await page.getByRole("button", { name: /^Rotation of/ }).click();
  await page.getByRole("menuitem", { name: /Rotate/ }).click();
  await expect(page.getByRole("dialog", { name: /^Rotate/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("The old one works for another").selectOption("604800");
  await page.getByRole("button", { name: "Rotate", exact: true }).dblclick();
  await expect(page.getByRole("heading", { name: "Store the secret of Warehouse sync" })).toBeVisible();
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret);

  const rows = page.getByRole("table", { name: "Secrets" }).locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await expect(page.getByText("Retiring")).toBeVisible();
  const old = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  expect(old.access_token).toBeTruthy();

  const retiring = rows.filter({ hasText: "Retiring" });
  await expect(async () => {
    await page.reload();
    await expect(retiring).toContainText("from 127.0.0.1", { timeout: 2000 });
  }).toPass();
  await retiring.getByRole("button", { name: /^Rotation of/ }).click();
  await page.getByRole("menuitem", { name: /End the old secret now/ }).click();
  await page.getByRole("button", { name: "End the old secret", exact: true }).click();
  await expect(page.getByText("It is still in use")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("checkbox", { name: "End it anyway" }).check();
  await page.getByRole("button", { name: "End the old secret", exact: true }).click();
  await expect(page.getByText("Revoked").first()).toBeVisible();
  const dead = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  expect(dead.access_token).toBeUndefined();
  expect((await askForToken(server.url, made.client.client_id, secret)).access_token).toBeTruthy();
});

test("an API key is shown once, works, and is revoked", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.account("Probe host");
  await page.goto(`/admin/clients/${made.client.id}/api-keys`);
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("button", { name: "Make key", exact: true }).click();
  await expect(page.getByText("Say which program it is for")).toBeVisible();
  await page.getByLabel("Label").fill("Monitoring probe");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make key", exact: true }).dblclick();
  await expect(page.getByRole("heading", { name: "Store the key of Monitoring probe" })).toBeVisible();
  const key = await page.locator(".reveal-value code").innerText();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "I have stored it" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, key);
  await expect(page.getByRole("table", { name: "API keys" }).locator("tbody tr")).toHaveCount(1);
  const call = () => fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } });
  expect((await call()).status).toBe(200);
  await page.getByRole("button", { name: "Revoke Monitoring probe" }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("Revoked").first()).toBeVisible();
  expect((await call()).status).toBe(401);
});

test("a refused request says precisely why, and Back takes the filter away", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.account("Mistaken");
  await askForToken(server.url, made.client.client_id, "wrong");
  await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  await expect(async () => {
    await page.goto(`/admin/clients/${made.client.id}/requests`);
    await expect(page.getByText("Wrong secret", { exact: true })).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expectAccessible(page);
  await page.getByLabel("Outcome").selectOption("accepted");
  await expect(page).toHaveURL(/outcome=accepted/);
  await expect(page.getByText("Wrong secret", { exact: true })).toHaveCount(0);
  await page.goBack();
  await expect(page.getByText("Wrong secret", { exact: true })).toBeVisible();
});

test("the preview says what the next token will say", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.account("Previewed");
  await page.goto(`/admin/clients/${made.client.id}`);
  const claims = page.locator(".facts-claims");
  const token = (await askForToken(server.url, made.client.client_id, made.client_secret ?? "")).access_token ?? "";
  const said = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, string>;
  for (const name of ["iss", "sub", "aud", "client_id"]) await expect(claims).toContainText(said[name] ?? "missing");
  await page.getByLabel("Scope it asks for").fill("tenant:elsewhere");
  await page.keyboard.press("Enter");
  await expect(page.locator(".field-error")).toBeVisible();
});

test("deactivating says whom it hits, by keyboard alone", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.account("Nightly export");
  const { access_token } = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  await page.waitForTimeout(1500);
  await page.goto(`/admin/clients/${made.client.id}/danger`);
  await page.getByRole("button", { name: "Deactivate…" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Keep it as it is" })).toBeFocused();
  await expect(page.getByText("at most 1 live token")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Inactive").first()).toBeVisible();
  const reply = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(reply.status).toBe(401);
  await page.getByRole("button", { name: "Reactivate…" }).click();
  await page.getByRole("button", { name: "Reactivate", exact: true }).click();
  await expect(page.getByText("Active").first()).toBeVisible();
});

test("many clients are deactivated at once", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  for (const name of ["Batch one", "Batch two"]) await api.account(name, { owner: "Batch team" });
  await page.goto("/admin/clients?owner=Batch+team");
  await page.getByRole("checkbox", { name: "Select Batch one" }).check();
  await page.getByRole("checkbox", { name: "Select Batch two" }).check();
  await page.getByRole("button", { name: "Deactivate…" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("2 clients were deactivated.")).toBeVisible();
  await page.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "Inactive" })).toHaveCount(2);
});

for (const name of ["<b>bold</b> & \"quoted\" <script>alert(1)</script>", "🚚 שירות 🦊 مزامنة", "x".repeat(255)]) {
  test(`a name is text, whatever is in it: ${name.slice(0, 20)}`, async ({ admin: page, server }) => {
    const api = await Api.operator(server);
    const made = await api.account(name);
    await page.goto(`/admin/clients/${made.client.id}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect(page.locator("h1 b, h1 script")).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.goto(`/admin/clients?q=${encodeURIComponent(name.slice(0, 12))}`);
    await expect(page.getByRole("link", { name, exact: true }).first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
}

test("a client is made, given a second secret and edited, by keyboard alone", async ({ admin: page }) => {
  const name = `Keyboard ${Date.now()}`;
  await page.goto("/admin/clients/new?profile=service_account");
  await page.getByLabel("Name").focus();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: `Store the secret of ${name}` })).toBeFocused();
  await page.getByRole("button", { name: "I have stored it" }).press("Enter");
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Credentials" }).press("Enter");
  await page.getByRole("button", { name: "Add a secret" }).press("Enter");
  await expect(page.getByLabel("Description")).toBeFocused();
  await page.keyboard.type("Second data centre");
  await page.getByRole("button", { name: "Add secret", exact: true }).press("Enter");
  await page.getByRole("button", { name: "I have stored it" }).press("Space");
  await page.getByRole("button", { name: /^Rotation of Second/ }).press("Enter");
  await expect(page.getByRole("menuitem")).toBeFocused();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Edit", exact: true }).press("Enter");
  await page.getByLabel("Description").fill("By keyboard");
  await page.getByRole("button", { name: "Save changes" }).press("Enter");
  await expect(page.locator("main").getByText("By keyboard")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/credentials/);
});
