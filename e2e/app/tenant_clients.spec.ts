import { askForToken, type Schema } from "./api.ts";
import { expect, expectAccessible, expectFit, expectNowhere, test, unique, visit } from "./fixtures.ts";

test("a tenant client is chosen first, gets its roles in two tabs, and its secret in a second step", async ({ page, server }) => {
  const name = unique("Parcel labels");
  await visit(page, "/admin/clients/new", "New client");
  await page.getByRole("link", { name: /^Tenant client/ }).click();
  await expect(page.getByRole("list", { name: "Steps" }).locator("[aria-current=step]")).toContainText("Client");
  await page.getByLabel("Name").fill(name);
  await page.getByText("More options").click();
  const lifetime = page.getByLabel("Token lifetime in seconds");
  for (const wrong of ["59", "3601", "soon"]) {
    await lifetime.fill(wrong);
    await page.getByRole("button", { name: "Create client and go on" }).click();
    await expect(page.getByText("A whole number of seconds from 60 to 3600")).toBeVisible();
    await expect(lifetime).toHaveValue(wrong);
  }
  await lifetime.fill("600");
  // Tenant member cannot be removed.
  const member = page.getByRole("checkbox", { name: "Tenant member" });
  await expect(member).toBeChecked();
  await member.click({ force: true });
  await expect(member).toBeChecked();
  await page.getByRole("tab", { name: "Tenant roles" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Community roles" })).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create client and go on" }).dblclick();

  await expect(page.getByRole("heading", { name: `Secret for ${name}` })).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps" }).locator("[aria-current=step]")).toContainText("Secret");
  await expectAccessible(page);
  await page.getByLabel("Description").fill("Production");
  const ends = page.getByRole("group", { name: "Secret expires" });
  await expect(ends.getByRole("radio", { name: "1 year" })).toBeChecked();
  await ends.getByText("Never", { exact: true }).click();
  await expect(page.getByText("Works until someone ends it")).toBeVisible();
  await ends.getByText("Choose…", { exact: true }).click();
  const at = page.getByLabel("Secret expires: date and time");
  await at.fill("2020-01-01T10:30");
  await page.getByRole("button", { name: "Make secret" }).click();
  await expect(page.getByText("Has to be in the future")).toBeVisible();
  const year = new Date().getFullYear() + 2;
  await at.fill(`${year}-05-17T10:30`);
  await expect(page.locator(".expiry-computed")).toContainText(`17 May ${year}, 10:30`);
  await expectFit(page);
  await page.getByRole("button", { name: "Make secret" }).dblclick();

  const reveal = page.getByRole("dialog", { name: `Store the secret of ${name}` });
  await expect(reveal).toContainText(`17 May ${year}, 10:30`);
  const [id, secret] = await page.locator(".reveal-value code").allInnerTexts();
  for (const [what, value] of [["client ID", id], ["client secret", secret]] as const) {
    await reveal.getByRole("button", { name: `Copy ${what}` }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);
  }
  await reveal.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await expectNowhere(page, secret ?? "");
  expect(await askForToken(server.url, id ?? "", secret ?? "")).toMatchObject({ expires_in: 600 });
  // A double click made one.
  await page.getByRole("link", { name: "Credentials", exact: true }).click();
  await expect(page.getByRole("table", { name: "Secrets" }).locator("tbody tr")).toHaveCount(1);
});

test("roles of a tenant client are changed later, but its mandatory one", async ({ page, api }) => {
  const role = await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key: unique("desk"), name: unique("Front desk"), permissions: ["users:view"] });
  const { client } = await api.call("post", "/api/v1/clients", {}, { profile: "tenant_client", name: unique("Roles"), roles: ["tenant_member"] } as Schema["CreateClient"]);
  await visit(page, `/admin/clients/${client.id}/roles`, client.name);
  const member = page.getByRole("checkbox", { name: "Tenant member" });
  await member.click({ force: true });
  await expect(member).toBeChecked();
  await page.getByRole("checkbox", { name: role.name }).check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("status").filter({ hasText: "was saved" })).toBeVisible();
  const { roles } = await api.call("get", "/api/v1/clients/{id}/roles", { id: client.id });
  expect(roles.toSorted()).toEqual([role.key, "tenant_member"].toSorted());
});

test("secrets stand in a list with the client ID in view; another is added when one is lost, and any is deleted", async ({ page, api, server }) => {
  const { client } = await api.call("post", "/api/v1/clients", {}, { profile: "tenant_client", name: unique("Secrets"), roles: ["tenant_member"] } as Schema["CreateClient"]);
  const lost = await api.call("post", "/api/v1/clients/{id}/credentials", { id: client.id }, { description: "Lost" });
  const works = async (secret: string) => Boolean((await askForToken(server.url, client.client_id, secret)).access_token);
  await visit(page, `/admin/clients/${client.id}/credentials`, client.name);
  await expect(page.locator(".summary").getByText(client.client_id)).toBeVisible();
  await page.getByRole("button", { name: "Add a secret" }).click();
  await page.getByLabel("Description").fill("Found");
  await page.getByRole("button", { name: "Add secret", exact: true }).dblclick();
  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
  await expectAccessible(page);
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret);
  const rows = page.getByRole("table", { name: "Secrets" }).locator("tbody tr");
  await expect(rows).toHaveCount(2);
  expect([await works(secret), await works(lost.client_secret ?? "")]).toEqual([true, true]);

  await page.getByRole("button", { name: "Edit Found" }).click();
  await page.getByLabel("Description").fill("Found again");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(rows.filter({ hasText: "Found again" })).toHaveCount(1);
  await page.getByRole("button", { name: "Delete Lost" }).click();
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.getByRole("button", { name: "Delete secret" }).click();
  await expect(rows.filter({ hasText: "Lost" })).toContainText("Revoked");
  expect([await works(secret), await works(lost.client_secret ?? "")]).toEqual([true, false]);
});
