import { askForToken, type Schema } from "./api.ts";
import { expect, expectAccessible, expectFit, expectNowhere, inDays, test, unique, visit } from "./fixtures.ts";

const access = (more: Partial<Schema["CreateClient"]>) =>
  ({ profile: "api_access", client_id: unique("partner"), expires_at: inDays(300), ...more }) as Schema["CreateClient"];

test("API access stands in a table with client ID, roles, expiry date and notes, and the token endpoint below", async ({ page, api, server }) => {
  const wanted = access({ notes: "Signed in March", permissions: ["groups:view"] });
  await api.call("post", "/api/v1/clients", {}, wanted);
  await visit(page, "/admin/clients?profile=api_access", "Clients");
  for (const column of ["Client ID", "Status", "Roles", "Expiry date", "Notes"]) {
    await expect(page.locator("thead th", { hasText: column })).toHaveCount(1);
  }
  const row = page.getByRole("row").filter({ hasText: wanted.client_id ?? "" });
  await expect(row).toContainText("Signed in March");
  await expect(row).toContainText("1 permission");
  await expect(row.locator("[data-label='Expiry date'] time")).toHaveAttribute("title", /\d{4}, \d\d:\d\d UTC/);
  await expect(page.getByText(`${server.url}/oauth2/token`)).toBeVisible();
  await page.getByRole("button", { name: "Copy token endpoint" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/oauth2/token`);
});

test("an expired row is greyed with a warning icon, and gets no more tokens", async ({ page, api, server }) => {
  const wanted = access({ expires_at: new Date(Date.now() + 3000).toISOString().replace(/\.\d+/, "") });
  const made = await api.call("post", "/api/v1/clients", {}, wanted);
  const row = page.getByRole("row").filter({ hasText: wanted.client_id ?? "" });
  await expect(async () => {
    await visit(page, `/admin/clients?profile=api_access&q=${wanted.client_id}`, "Clients");
    await expect(row).toHaveClass(/is-muted/, { timeout: 1000 });
  }).toPass();
  await expect(row.getByText("Expired", { exact: true })).toBeVisible();
  await expect(row.locator(".expiry-past svg")).toBeVisible();
  await expectAccessible(page);
  const token = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  expect(token.access_token).toBeUndefined();
});

test("API access is made with an ID of one's choice, a year to live and chosen permissions, and its secret is shown once", async ({ page, server }) => {
  const id = unique("partner");
  await visit(page, "/admin/clients/new?profile=api_access", "New API access");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByText("Choose a client ID")).toBeVisible();
  await page.getByLabel("Client ID").fill(id);
  const ends = page.getByRole("group", { name: "Client expires" });
  await expect(ends.getByRole("radio", { name: "1 year" })).toBeChecked();
  await expect(ends.getByRole("radio", { name: "Never" })).toHaveCount(0);
  await expect(page.locator(".expiry-computed").first()).toContainText(`${new Date().getUTCFullYear() + 1}, `);
  await page.getByRole("checkbox", { name: "Change Groups", exact: true }).check();
  await expect(page.getByRole("checkbox", { name: "View Groups, held by Change" })).toBeChecked();
  await page.getByText("More options").click();
  await page.getByLabel("Notes").fill("Signed in March");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create client" }).dblclick();

  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
  const [wire, secret] = await page.locator(".reveal-value code").allInnerTexts();
  expect(wire).toMatch(new RegExp(`^wallet-.+-${id}$|^${id}$`));
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret ?? "");
  // The token works on this server's own API, within its grid.
  const { access_token } = await askForToken(server.url, wire ?? "", secret ?? "");
  const call = async (path: string) => (await fetch(`${server.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${access_token}` } })).status;
  expect([await call("groups"), await call("users")]).toEqual([200, 403]);
});

test("an ID that is taken is said beside its field, and nothing typed is lost", async ({ page, api }) => {
  const wanted = access({});
  await api.call("post", "/api/v1/clients", {}, wanted);
  await visit(page, "/admin/clients/new?profile=api_access", "New API access");
  await page.getByLabel("Client ID").fill(wanted.client_id ?? "");
  await page.getByLabel("Name").fill("The second one");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByLabel("Client ID")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name")).toHaveValue("The second one");
  await expectAccessible(page);
});

test("permissions and notes are edited later, while ID and expiry stay", async ({ page, api }) => {
  const { client } = await api.call("post", "/api/v1/clients", {}, access({ permissions: ["groups:change"] }));
  await visit(page, `/admin/clients/${client.id}?edit=yes`, client.name);
  await expect(page.getByRole("textbox", { name: "Client ID" })).toHaveCount(0);
  await expect(page.getByRole("group", { name: "Client expires" })).toHaveCount(0);
  await page.getByLabel("Notes").fill("Signed anew");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator("main").getByText("Signed anew")).toBeVisible();
  await page.getByRole("link", { name: "Permissions" }).click();
  await page.getByRole("checkbox", { name: "Change Groups", exact: true }).uncheck();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("status").filter({ hasText: "was saved" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "View Groups", exact: true })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Change Groups", exact: true })).not.toBeChecked();
  const now = await api.call("get", "/api/v1/clients/{id}", { id: client.id });
  expect([now.client_id, now.expires_at, now.permissions]).toEqual([client.client_id, client.expires_at, ["groups:view"]]);
});

test("API access is deleted after a question, and its token is dead", async ({ page, api, server }) => {
  const made = await api.call("post", "/api/v1/clients", {}, access({ permissions: ["groups:view"] }));
  const { access_token } = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  await visit(page, `/admin/clients?profile=api_access&q=${made.client.client_id}`, "Clients");
  await page.getByRole("button", { name: `Delete ${made.client.name}` }).click();
  await expect(page.getByRole("dialog")).toContainText("this stops working");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("row").filter({ hasText: made.client.client_id })).toBeVisible();
  await page.getByRole("button", { name: `Delete ${made.client.name}` }).click();
  await page.getByRole("button", { name: "Delete client", exact: true }).click();
  await expect(page.getByText("No client matches")).toBeVisible();
  const reply = await fetch(`${server.url}/api/v1/groups`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(reply.status).toBe(401);
});

for (const right of ["view", "change"] as const) {
  test(`with api_access:${right} alone one sees API access${right === "change" ? ", and adds, edits and deletes it" : ", and nothing to add, edit or delete"}`, async ({ api, server, invite }) => {
    const { client } = await api.call("post", "/api/v1/clients", {}, access({ name: "Partner" }));
    const other = await api.account("Not for these eyes");
    const role = await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key: unique("partners"), name: "Partners", permissions: [`api_access:${right}`] });
    const { page } = await invite("member", [role.key]);
    await visit(page, `${server.url}/admin/clients?q=${client.client_id}`, "Clients");
    await expect(page.getByRole("link", { name: "Partner", exact: true })).toBeVisible();
    const may = right === "change" ? 1 : 0;
    await expect(page.getByRole("link", { name: "New client" })).toHaveCount(may);
    await expect(page.getByRole("link", { name: "Edit Partner" })).toHaveCount(may);
    await expect(page.getByRole("button", { name: "Delete Partner" })).toHaveCount(may);
    await expectAccessible(page);
    await visit(page, `${server.url}/admin/clients/${client.id}`, "Partner");
    await expect(page.getByRole("link", { name: "Edit", exact: true })).toHaveCount(may);
    await expect(page.getByRole("link", { name: "Danger zone" })).toHaveCount(may);
    await expectFit(page);
    // Clients of other kinds are not there for them.
    await visit(page, `${server.url}/admin/clients/${other.client.id}`, "Page not found");
    await visit(page, `${server.url}/admin/clients/new`, "New client");
    await expect(page.getByText("You may not see this")).toHaveCount(1 - may);
    await expect(page.getByRole("link", { name: /^Service account/ })).toHaveCount(0);
  });
}
