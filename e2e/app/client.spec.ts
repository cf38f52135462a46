import { askForToken } from "./api.ts";
import { arrived, expect, expectAccessible, expectFit, expectNowhere, test, unique, visit } from "./fixtures.ts";

test("a secret is rotated with a grace, and ended early only against the evidence", async ({ page, api, server }) => {
  const made = await api.account("Warehouse sync");
  await visit(page, `/admin/clients/${made.client.id}/credentials`);
  await page.getByRole("button", { name: /^Rotate Secret/ }).click();
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
  await retiring.getByRole("button", { name: /^End .* now$/ }).click();
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

test("a rotation is cancelled, and the old secret stays", async ({ page, api, server }) => {
  const made = await api.account(unique("Cancelled"));
  const at = { id: made.client.id, credential: made.credential?.id ?? "" };
  const rotated = await api.call("post", "/api/v1/clients/{id}/credentials/{credential}/rotate", at, { description: "Too early" });
  await visit(page, `/admin/clients/${made.client.id}/credentials`, made.client.name);
  const rows = page.getByRole("table", { name: "Secrets" }).locator("tbody tr");
  await rows.filter({ hasText: "Retiring" }).getByRole("button", { name: /^Cancel the rotation of/ }).click();
  await expect(page.getByRole("button", { name: "Let it go on" })).toBeFocused();
  await page.getByRole("button", { name: "Cancel the rotation", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(rows.filter({ hasText: "Retiring" })).toHaveCount(0);
  const works = async (secret = "") => Boolean((await askForToken(server.url, made.client.client_id, secret)).access_token);
  expect([await works(made.client_secret), await works(rotated.client_secret)]).toEqual([true, false]);
});

test("all API keys of a client are revoked at once", async ({ page, api, server }) => {
  const made = await api.account(unique("Keys"));
  const keys: string[] = [];
  for (const label of ["Probe", "Script"]) keys.push((await api.call("post", "/api/v1/clients/{id}/api-keys", { id: made.client.id }, { label })).key);
  await visit(page, `/admin/clients/${made.client.id}/api-keys`, made.client.name);
  await page.getByRole("button", { name: "Revoke all…" }).click();
  await expect(page.getByRole("dialog")).toContainText("2 live keys");
  await page.getByRole("button", { name: "Revoke all keys" }).click();
  await expect(page.getByRole("table", { name: "API keys" }).getByText("Revoked", { exact: true })).toHaveCount(2);
  for (const key of keys) {
    expect((await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  }
});

test("a short-lived client is made with an ID of one's choice, and its tokens live for three minutes", async ({ page, server }) => {
  const [name, id] = [unique("Nightly job"), unique("nightly")];
  await visit(page, "/admin/clients/new?profile=short_lived", "New short-lived client");
  await page.getByLabel("Client ID").fill(id);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create client" }).dblclick();
  await expect(page.getByRole("dialog", { name: `Store the secret of ${name}` })).toBeVisible();
  const [wire, secret] = await page.locator(".reveal-value code").allInnerTexts();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret ?? "");
  expect(wire).toBe(id);
  expect(await askForToken(server.url, id, secret ?? "")).toMatchObject({ expires_in: 180 });
});

test("an API key is shown once, works, and is revoked", async ({ page, api, server }) => {
  const made = await api.account("Probe host");
  await visit(page, `/admin/clients/${made.client.id}/api-keys`);
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

test("a double click whose second half comes late does not take away what is shown once", async ({ page, api }) => {
  const made = await api.account("Pressed twice");
  await visit(page, `/admin/clients/${made.client.id}/api-keys?dialog=make-key`);
  await page.getByLabel("Label").fill("Probe");
  await page.getByRole("button", { name: "Make key", exact: true }).click();
  const done = page.getByRole("button", { name: "I have stored it" });
  await done.hover();
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await expect(page.locator(".reveal-value")).toBeVisible();
  await done.click();
  await expect(page.locator(".reveal-value")).toHaveCount(0);
});

test("a refused request says precisely why, and Back takes the filter away", async ({ page, api, server }) => {
  const made = await api.account("Mistaken");
  await askForToken(server.url, made.client.client_id, "wrong");
  await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  await expect(async () => {
    await visit(page, `/admin/clients/${made.client.id}/requests`);
    await expect(page.getByText("Wrong secret", { exact: true })).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expectAccessible(page);
  await page.getByLabel("Outcome").selectOption("accepted");
  await expect(page).toHaveURL(/outcome=accepted/);
  await expect(page.getByText("Wrong secret", { exact: true })).toHaveCount(0);
  await page.goBack();
  await expect(page.getByText("Wrong secret", { exact: true })).toBeVisible();
});

test("the preview says what the next token will say", async ({ page, api, server }) => {
  const made = await api.account("Previewed");
  await visit(page, `/admin/clients/${made.client.id}`);
  const claims = page.locator(".facts-claims");
  const token = (await askForToken(server.url, made.client.client_id, made.client_secret ?? "")).access_token ?? "";
  const said = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, string>;
  for (const name of ["iss", "sub", "aud", "client_id"]) await expect(claims).toContainText(said[name] ?? "missing");
  await page.getByLabel("Scope it asks for").fill("tenant:elsewhere");
  await page.keyboard.press("Enter");
  await expect(page.locator(".field-error")).toBeVisible();
});

test("deactivating says whom it hits, and reactivating leaves old tokens dead", async ({ page, api, server }) => {
  const made = await api.account("Nightly export");
  const token = async () => (await askForToken(server.url, made.client.client_id, made.client_secret ?? "")).access_token;
  const held = await token();
  const call = async () => (await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${held}` } })).status;
  expect(await call()).toBe(200);
  // The server writes down what was issued every few seconds.
  await expect(async () => {
    await visit(page, `/admin/clients/${made.client.id}/danger`);
    await page.getByRole("button", { name: "Deactivate…" }).click();
    await expect(page.getByText("at most 1 live token")).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect(page.getByRole("button", { name: "Keep it as it is" })).toBeFocused();
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("Inactive", { exact: true })).toBeVisible();
  expect(await call()).toBe(401);
  expect(await token()).toBeUndefined();
  await page.getByRole("button", { name: "Reactivate…" }).click();
  await page.getByRole("button", { name: "Reactivate", exact: true }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  expect(await call()).toBe(401);
  expect(await token()).toBeTruthy();
});

test("all tokens of a client are revoked while it goes on working", async ({ page, api, server }) => {
  const made = await api.account("Leaky");
  const { access_token } = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  await visit(page, `/admin/clients/${made.client.id}/danger`, "Leaky");
  await page.getByRole("button", { name: "Revoke all tokens…" }).click();
  await page.getByRole("button", { name: "Revoke all tokens", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const reply = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(reply.status).toBe(401);
  expect((await askForToken(server.url, made.client.client_id, made.client_secret ?? "")).access_token).toBeTruthy();
});

test("many clients are deactivated at once", async ({ page, api }) => {
  const owner = unique("Batch");
  for (const name of ["Batch one", "Batch two"]) await api.account(name, { owner });
  await visit(page, `/admin/clients?owner=${owner}`, "Clients");
  await page.getByRole("checkbox", { name: "Select Batch one" }).check();
  await page.getByRole("checkbox", { name: "Select Batch two" }).check();
  await page.getByRole("button", { name: "Deactivate…" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("2 clients were deactivated.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(page.getByRole("row").filter({ hasText: "Inactive" })).toHaveCount(2);
});

test("two people who edit one client see both sides, and neither loses anything", async ({ page, api }) => {
  const made = await api.account("Shared");
  await visit(page, `/admin/clients/${made.client.id}?edit=yes`, "Shared");
  await page.getByLabel("Description").fill("What I typed");
  await page.getByLabel("Owner").fill("My team");
  await api.call("patch", "/api/v1/clients/{id}", { id: made.client.id }, { name: "Shared anew", description: "What they typed" });
  await page.getByRole("button", { name: "Save changes" }).click();
  const both = page.getByRole("dialog", { name: "Somebody else changed it meanwhile" });
  await expect(both).toContainText("What they typed");
  await expect(both).toContainText("What I typed");
  await expectAccessible(page);
  await expectFit(page);
  // Going back to the form keeps what was typed.
  await both.getByRole("button", { name: "Keep editing" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("What I typed");
  await page.getByRole("button", { name: "Save changes" }).click();
  await both.getByRole("group", { name: "Description" }).getByLabel("As it is now").check();
  await both.getByRole("button", { name: "Save my choice" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shared anew" })).toBeVisible();
  const { description, owner } = await api.call("get", "/api/v1/clients/{id}", { id: made.client.id });
  expect([description, owner]).toEqual(["What they typed", "My team"]);
});

test("the tabs of a client have addresses of their own, and Back goes through them", async ({ page, api }) => {
  const made = await api.account("Tabbed");
  const at = `/admin/clients/${made.client.id}`;
  await visit(page, `${at}/requests?outcome=refused`, "Tabbed");
  await page.getByRole("link", { name: "Activity", exact: true }).last().click();
  await expect(page).toHaveURL(`${at}/activity`);
  await page.getByRole("link", { name: "Requests", exact: true }).click();
  await expect(page).toHaveURL(`${at}/requests`);
  // The filter belonged to the address from before.
  await expect(page.getByLabel("Outcome")).toHaveValue("");
  await page.getByRole("link", { name: "Credentials", exact: true }).click();
  await page.getByRole("button", { name: "Add a secret" }).click();
  await expect(page).toHaveURL(/dialog=add-secret/);
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goForward();
  await expect(page.getByRole("dialog", { name: "Add a secret to Tabbed" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("dialog", { name: "Add a secret to Tabbed" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(`${at}/credentials`);
  await page.goBack();
  await arrived(page, "Tabbed");
  await expect(page).toHaveURL(`${at}/credentials`);
  // The way back leads through no page of the sign-in.
  await page.goBack();
  await arrived(page, "Tabbed");
  await expect(page).toHaveURL(`${at}/requests`);
});
