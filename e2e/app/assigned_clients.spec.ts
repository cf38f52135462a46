import { askForToken, type Schema } from "./api.ts";
import { expect, expectAccessible, expectFit, test, unique, visit } from "./fixtures.ts";

test("a tenant sees which clients of others act in it, and sends one away", async ({ page, api, server }) => {
  const key = unique("north");
  const tenant = await api.call("post", "/api/v1/tenants", {}, { key, name: `North of ${key}` });
  await visit(page, `/admin/tenants/${tenant.id}`, tenant.name);
  await expect(page.getByText("No clients of other tenants yet")).toBeVisible();

  const name = unique("Stock levels <b>of all</b>");
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "short_lived", name, roles: ["tenant_member"] } as Schema["CreateClient"]);
  const assigned = { items: [{ tenant: key, roles: ["tenant_administrator"] }] } as Schema["ClientTenants"];
  await api.call("put", "/api/v1/clients/{id}/tenants", { id: made.client.id }, assigned);
  const works = async (scope: string) =>
    Boolean((await askForToken(server.url, made.client.client_id, made.client_secret ?? "", scope)).access_token);
  expect([await works(`tenant:${key}`), await works("tenant:default")]).toEqual([true, true]);

  await page.reload();
  const rows = page.getByRole("table", { name: "Clients of other tenants" }).locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText([name]);
  await expect(rows).toContainText([made.client.client_id]);
  await expect(rows).toContainText(["Tenant administrator"]);
  const home = await api.call("get", "/api/v1/tenants/{id}", { id: "default" });
  await expect(rows.getByRole("link", { name: home.name })).toHaveAttribute("href", `/admin/tenants/${home.id}`);
  await expectAccessible(page);
  await expectFit(page);

  // Back leaves the dialog, and nothing happened.
  await rows.getByRole("button", { name: `Remove ${name}` }).click();
  const dialog = page.getByRole("dialog", { name: `Remove ${name} from ${tenant.name}?` });
  await expect(dialog.getByRole("button", { name: "Keep it" })).toBeFocused();
  await expect(dialog).toContainText(`tenant:${key}`);
  await expect(dialog).toContainText("it loses what it holds here: Tenant administrator");
  await expectAccessible(page);
  await page.goBack();
  await expect(dialog).toHaveCount(0);
  await expect(rows).toHaveCount(1);

  await rows.getByRole("button", { name: `Remove ${name}` }).click();
  await dialog.getByRole("button", { name: "Remove client" }).dblclick();
  await expect(page.getByText(`${name} was removed`)).toBeVisible();
  await expect(page.getByText("No clients of other tenants yet")).toBeVisible();
  expect([await works(`tenant:${key}`), await works("tenant:default")]).toEqual([false, true]);
});
