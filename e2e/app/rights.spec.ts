import { expect, expectAccessible, expectFit, follow, test, unique, visit } from "./fixtures.ts";

test("a member sees their own account, and a page without the right to it says so", async ({ server, invite }) => {
  const { page } = await invite("member");
  await visit(page, `${server.url}/admin/account`, "My account");
  await expect(page.getByText("Read my own profile.")).toBeVisible();
  const menu = page.getByRole("button", { name: "Open navigation" });
  if (await menu.isVisible()) await menu.click();
  const links = page.getByRole("navigation", { name: "Main" }).locator("visible=true").getByRole("link");
  await expect(links).toHaveText(["Latchkey"]);
  // Who looks after nothing starts at their own account.
  await visit(page, `${server.url}/admin/`, "My account");
  for (const path of ["/clients", "/clients/new", "/users", "/groups", "/roles", "/roles/new", "/apis", "/activity", "/tenants", "/communities/new", "/profiles", "/settings", "/signing-keys"]) {
    await test.step(path, async () => {
      await follow(page, `/admin${path}`);
      await expect(page.getByText("You may not see this")).toBeVisible();
    });
  }
  await expectAccessible(page);
  await expectFit(page);
});

test("a viewer sees everything and nothing that would change it", async ({ api, server, invite }) => {
  const made = await api.account("Looked at");
  const group = await api.call("post", "/api/v1/groups", {}, { name: unique("Looked at") });
  const { items } = await api.call("get", "/api/v1/permissions");
  const all = items.flatMap((it) => it.access.includes("view") && !it.api ? [`${it.resource}:view`] : []);
  const role = await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key: unique("viewer"), name: "Viewer", permissions: all });
  const { page, user } = await invite("member", [role.key]);
  const nothingToChange = async () => {
    const words = /^(New|Create|Edit|Delete|Invite|Make|Add|Save|Rotate|Withdraw|Deactivate|Regenerate|Revoke|Anonymize|Reset)\b/;
    await expect(page.locator("main").getByRole("button", { name: words })).toHaveCount(0);
    await expect(page.locator("main").getByRole("link", { name: words })).toHaveCount(0);
  };
  const client = `/clients/${made.client.id}`;
  await visit(page, `${server.url}/admin/account`, "My account");
  for (const [path, title] of [
    ["/", "Overview"],
    [`/clients?q=${made.client.client_id}`, "Clients"],
    [client, "Looked at"],
    [`${client}?edit=yes`, "Looked at"],
    [`${client}/credentials`, "Looked at"],
    [`${client}/api-keys`, "Looked at"],
    ["/users", "Users"],
    [`/users/${user.id}`, user.name],
    ["/groups", "Groups"],
    [`/groups/${group.id}`, group.name],
    ["/roles", "Roles"],
    [`/roles/${role.id}`, "Viewer"],
    ["/apis", "APIs"],
    ["/profiles", "Profiles"],
    ["/settings", "Settings"],
    ["/signing-keys", "Signing keys"],
  ] as const) {
    await test.step(path, async () => {
      await follow(page, `/admin${path}`, title);
      await expect(page.getByText("You may not see this")).toHaveCount(0);
      await nothingToChange();
    });
  }
  await visit(page, `${server.url}/admin${client}/danger`, "Page not found");
  await visit(page, `${server.url}/admin/clients/new`, "New client");
  await expect(page.getByText("You may not see this")).toBeVisible();
});

test("an admin makes service accounts, but none above their own role", async ({ server, invite }) => {
  const { page } = await invite("admin");
  await visit(page, `${server.url}/admin/clients/new?profile=service_account`, "New service account");
  await expect(page.getByRole("radio", { name: /^Super admin/ })).toBeDisabled();
  await page.getByLabel("Name").fill(unique("Of an admin"));
  await page.getByRole("radio", { name: /^Admin/ }).check();
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
});
