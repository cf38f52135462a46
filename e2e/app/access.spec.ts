import { expect, expectAccessible, expectFit, NOBODY, signIn, test, unique as key, visit } from "./fixtures.ts";
import { Server } from "./server.ts";

test("a role is made with the keyboard, changed and deleted", async ({ page }) => {
  const role = key("desk");
  await visit(page, "/admin/roles/new");
  await page.getByRole("button", { name: "Create role" }).click();
  await expect(page.getByText("Say what to call the role")).toBeVisible();
  await page.getByLabel("Name").fill("Front desk");
  await page.getByLabel("Key", { exact: true }).fill(role);

  // Change ticks View and holds it.
  const users = page.getByRole("checkbox", { name: "Change Users", exact: true });
  await page.getByRole("checkbox", { name: "View Users", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(users).toBeFocused();
  await page.keyboard.press("Space");
  await expect(users).toBeChecked();
  const held = page.getByRole("checkbox", { name: "View Users, held by Change" });
  await expect(held).toBeChecked();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect(held).toBeChecked();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("checkbox", { name: "View Groups", exact: true })).toBeFocused();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Create role" }).dblclick();
  await expect(page.getByRole("heading", { name: "Front desk", level: 1 })).toBeVisible();
  await page.getByLabel("Name").fill("Front desk, night");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "Front desk, night", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Delete…" }).click();
  await expect(page.getByRole("dialog")).toContainText("Everybody who has it loses it at once");
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete role" }).click();
  await expect(page.getByRole("heading", { name: "Roles", level: 1 })).toBeVisible();
  await expect(page.getByText(role)).toHaveCount(0);
});

test("an API brings its rows into the permission grid", async ({ page }) => {
  const api = key("shop");
  await visit(page, "/admin/apis/new");
  await page.getByLabel("Name").fill("Shop");
  await page.getByLabel("Key", { exact: true }).fill(api);
  await page.getByLabel("Audience").fill(`https://${api.replace("_", "-")}.example/api`);
  await page.getByRole("button", { name: "Add resource" }).click();
  await page.getByLabel("Key of resource 1").fill("orders");
  await page.getByLabel("Label of resource 1").fill("Orders of the shop");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create API" }).click();
  await expect(page.getByRole("heading", { name: "Shop", level: 1 })).toBeVisible();
  await expectAccessible(page);
  await visit(page, "/admin/clients/new?profile=api_access");
  await expect(page.getByText(`${api}/orders`)).toBeVisible();
});

test("an API is changed, and deleted with what it gave", async ({ page, api }) => {
  const word = key("shop");
  const made = await api.call("post", "/api/v1/apis", {}, {
    key: word,
    name: "Shop",
    audience: `https://${word.replace("_", "-")}.example/api`,
    permissions: [{ key: "orders", label: "Orders", access: ["view", "change"] }],
    token_format: "jwt",
    default: false,
    introspection_clients: [],
  });
  await visit(page, `/admin/apis/${made.id}`, "Shop");
  await page.getByLabel("Name", { exact: true }).fill("Shop anew");
  await page.getByRole("button", { name: "Add resource" }).click();
  await page.getByLabel("Key of resource 2").fill("Not a key");
  await page.getByLabel("Label of resource 2").fill("Prices");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.locator(".field-error").first()).toBeVisible();
  await expect(page.getByLabel("Label of resource 2")).toHaveValue("Prices");
  await page.getByLabel("Key of resource 2").fill("prices");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shop anew" })).toBeVisible();
  await page.getByRole("button", { name: "Delete…" }).click();
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.getByRole("button", { name: "Delete API" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "APIs" })).toBeVisible();
  await expect(page.getByText(word)).toHaveCount(0);
});

test("signing keys are rotated without a word failing, and withdrawn where one leaked", async ({ browser }) => {
  // Whoever holds a token of the withdrawn key loses it, so the tests after this one have another server.
  const server = await Server.start();
  const context = await browser.newContext({ baseURL: server.url, storageState: NOBODY });
  try {
    const page = await context.newPage();
    await page.goto("/admin/signing-keys");
    await signIn(page, server);
    const rows = page.getByRole("table", { name: "Signing keys" }).locator("tbody tr");
    const signs = rows.filter({ hasText: "Signs" }).first();
    await expect(signs).toBeVisible();
    const before = await signs.locator("code").first().innerText();
    await page.getByRole("button", { name: "Rotate now…" }).click();
    await expect(page.getByRole("dialog")).toContainText("nothing stops working");
    await expect(page.getByRole("button", { name: "Not now" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.getByRole("button", { name: "Rotate now…" }).click();
    await page.getByRole("button", { name: "Rotate now", exact: true }).dblclick();
    await expect(page.getByText("The next key signs from now on")).toBeVisible();
    const old = rows.filter({ hasText: before });
    await expect(old).toContainText("Retiring");
    await old.getByRole("button", { name: /^Withdraw / }).click();
    await expect(page.getByRole("dialog")).toContainText("every token that this key signed");
    await page.getByRole("button", { name: "Withdraw key" }).click();
    // One's own token was signed by it; another is fetched without asking.
    await expect(old).toContainText("Gone");
    await expectAccessible(page);
  } finally {
    await context.close();
    await server.stop();
  }
});

test("a tenant is made, renamed and deleted, and its administrator invited", async ({ page }) => {
  const tenant = key("north");
  await visit(page, "/admin/tenants/new");
  await page.getByLabel("Name").fill("North");
  await page.getByLabel("Key", { exact: true }).fill(tenant);
  await page.getByRole("button", { name: "Create tenant" }).dblclick();
  await expect(page.getByRole("heading", { name: "North", level: 1 })).toBeVisible();
  await page.getByLabel("Name").first().fill("Far North");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "Far North", level: 1 })).toBeVisible();

  await page.getByLabel("Name").last().fill("Head of North");
  await page.getByLabel("E-mail").fill(`${tenant.replace("_", "-")}@example.com`);
  await page.getByRole("button", { name: "Invite" }).dblclick();
  await expect(page.getByText("was invited")).toBeVisible();
  await expect(page.getByText("Hand this link over")).toBeVisible();
  await expectAccessible(page);
  await expectFit(page);

  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete tenant" }).click();
  await expect(page.getByRole("heading", { name: "Tenants", level: 1 })).toBeVisible();
  await expect(page.getByText(tenant)).toHaveCount(0);
});

test("a community takes in tenants, people and clients, and gives them up", async ({ page, api }) => {
  const community = key("guild");
  await visit(page, "/admin/communities/new");
  await page.getByLabel("Name").fill("Guild");
  await page.getByLabel("Key", { exact: true }).fill(community);
  await page.getByRole("button", { name: "Create community" }).dblclick();
  await expect(page.getByRole("heading", { name: "Guild", level: 1 })).toBeVisible();
  await page.getByLabel("Name").fill("Guild of tests");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "Guild of tests", level: 1 })).toBeVisible();

  await page.getByLabel("Tenant", { exact: true }).fill("nowhere");
  await page.getByRole("button", { name: "Put it in" }).click();
  await expect(page.getByLabel("Tenant", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Tenant", { exact: true }).fill("default");
  await page.getByRole("button", { name: "Put it in" }).click();
  await expect(page.getByRole("button", { name: /^Take out / })).toBeVisible();

  const person = page.getByRole("dialog", { name: "Add a person or group" });
  await page.getByRole("button", { name: "Add a person or group" }).click();
  await person.getByLabel("Search name or e-mail").fill("a");
  await person.getByRole("button", { name: /^Choose / }).first().click();
  const roles = page.getByRole("dialog", { name: "Roles in the community" });
  await roles.getByRole("checkbox", { name: "Community member" }).check();
  await expectAccessible(page);
  await roles.getByRole("button", { name: "Save roles" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("community_member")).toBeVisible();
  await expectAccessible(page);
  await expectFit(page);

  // Its tenants show clients to each other.
  const { client } = await api.account(key("Shown"));
  await page.getByLabel("Client of this tenant").fill(client.client_id);
  await page.getByRole("button", { name: "Show it to the community" }).click();
  await page.getByRole("button", { name: `Take out ${client.name}` }).click();
  await expect(page.getByRole("dialog")).toContainText("The other tenants no longer find it here");
  await page.getByRole("dialog").getByRole("button", { name: "Take out", exact: true }).click();
  await expect(page.getByRole("button", { name: `Take out ${client.name}` })).toHaveCount(0);

  // The clients of its tenants get roles there too.
  await visit(page, "/admin/clients/new?profile=tenant_client");
  await page.getByRole("tab", { name: "Community roles" }).click();
  await expect(page.getByRole("group", { name: "Guild of tests" }).getByRole("checkbox", { name: "Community member" })).toBeVisible();

  await visit(page, `/admin/communities/${community}`);
  await page.getByRole("button", { name: /^Take out / }).first().click();
  await expect(page.getByRole("dialog")).toContainText("loses the roles there at once");
  await page.getByRole("dialog").getByRole("button", { name: "Take out", exact: true }).click();
  await expect(page.getByText("community_member")).toHaveCount(0);
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete community" }).click();
  await expect(page.getByRole("heading", { name: "Communities", level: 1 })).toBeVisible();
  await expect(page.getByText(community)).toHaveCount(0);
});
