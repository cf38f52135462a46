import { Api } from "./api.ts";
import { expect, expectAccessible, test } from "./fixtures.ts";

async function role(api: Api, tag: string): Promise<string> {
  const key = `desk_${tag}`;
  await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key, name: `Desk ${tag}`, permissions: ["users:view"] });
  return key;
}

test("a person gets a role beside the ladder and loses it again", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const tag = `${Date.now()}`;
  const key = await role(api, tag);
  const { user } = await api.call("post", "/api/v1/users", {}, { email: `eve.${tag}@example.com`, name: "Eve", role: "member" });
  await page.goto(`/admin/users/${user.id}`);
  await page.getByRole("navigation", { name: "About this user" }).getByRole("link", { name: "Roles" }).click();
  await expect(page).toHaveURL(/\/roles$/);
  await page.getByLabel(`Desk ${tag}`).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save roles" }).click();
  await expect(page.getByText("The roles of Eve were saved")).toBeVisible();
  expect((await api.call("get", "/api/v1/users/{id}/roles", { id: user.id })).roles).toEqual([key]);
  await page.reload();
  await expect(page.getByLabel(`Desk ${tag}`)).toBeChecked();
  await page.getByLabel(`Desk ${tag}`).uncheck();
  await page.getByRole("button", { name: "Save roles" }).click();
  await expect(page.getByText("The roles of Eve were saved")).toBeVisible();
  expect((await api.call("get", "/api/v1/users/{id}/roles", { id: user.id })).roles).toEqual([]);
});

test("a group gets a role, and a second editor sees what the first chose", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const tag = `${Date.now()}`;
  const key = await role(api, tag);
  const group = await api.call("post", "/api/v1/groups", {}, { name: `Night shift ${tag}` });
  await page.goto(`/admin/groups/${group.id}/roles`);
  await page.getByLabel("Tenant member").check();
  await api.call("put", "/api/v1/groups/{id}/roles", { id: group.id }, { roles: [key] });
  await page.getByRole("button", { name: "Save roles" }).click();
  await expect(page.getByRole("heading", { name: "Somebody else changed it meanwhile" })).toBeVisible();
  await expect(page.getByRole("dialog").getByText(key)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save my choice" }).click();
  await expect(page.getByText("were saved")).toBeVisible();
  expect((await api.call("get", "/api/v1/groups/{id}/roles", { id: group.id })).roles).toEqual(["tenant_member"]);
});

test("two who want the same are not asked to choose", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const group = await api.call("post", "/api/v1/groups", {}, { name: `Shift ${Date.now()}` });
  await page.goto(`/admin/groups/${group.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Description").fill("On call.");
  await api.call("patch", "/api/v1/groups/{id}", { id: group.id }, { description: "On call." });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("was saved")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Somebody else changed it meanwhile" })).toHaveCount(0);
});
