import type { Locator, Page } from "@playwright/test";
import { expect, expectFit, follow, test, unique, visit } from "./fixtures.ts";

const NAMES: [what: string, name: string][] = [
  ["markup", "<b>bold</b> & \"quoted\" <img src=x onerror=alert(1)> <script>alert(1)</script> {{1+1}}"],
  ["emoji and right-to-left words", "🚚 שירות 👩🏽‍💻 مزامنة 🦊"],
  ["255 characters without a gap", "x".repeat(255)],
];

/** The name stands there as text, and nothing of it was run or sticks out. */
async function standsThere(page: Page, place: Locator, name: string): Promise<void> {
  await expect(place.first()).toBeVisible();
  expect(await place.first().textContent()).toContain(name);
  await expect(page.locator("main b, main i, main script, main img")).toHaveCount(0);
  await expectFit(page);
}

for (const [what, name] of NAMES) {
  test(`a name is text everywhere, also with ${what}`, async ({ page, api }) => {
    page.on("dialog", () => expect.soft(true, "a name was run").toBe(false));
    const made = await api.account(name, { owner: name, description: name, notes: name, labels: { team: name } });
    const at = `/admin/clients/${made.client.id}`;
    const heading = page.getByRole("heading", { level: 1 });
    await visit(page, at);
    await standsThere(page, heading, name);
    await expect(page.locator("main").getByText(name, { exact: true })).not.toHaveCount(1);
    await follow(page, `${at}/credentials?dialog=regenerate`);
    await standsThere(page, page.getByRole("dialog").getByRole("heading"), name);
    await page.keyboard.press("Escape");
    await follow(page, `${at}/activity`);
    await standsThere(page, heading, name);
    await follow(page, `${at}/danger?dialog=delete`);
    await standsThere(page, page.getByRole("dialog").getByRole("heading"), name);
    await page.getByRole("button", { name: "Keep it as it is" }).click();
    await follow(page, `/admin/clients?q=${made.client.client_id}`, "Clients");
    await standsThere(page, page.getByRole("link", { name, exact: true }), name);
    await expect(page.getByRole("button", { name: `Delete ${name}` })).toBeVisible();
    await follow(page, `/admin/activity?client=${made.client.id}`, "Activity");
    await standsThere(page, page.locator("main bdi").filter({ hasText: name }), name);

    const { user } = await api.call("post", "/api/v1/users", {}, { name, email: `${unique("person")}@example.com`, role: "member", invite: false });
    const group = await api.call("post", "/api/v1/groups", {}, { name: `${unique("g")}${name}`.slice(0, 255), description: name });
    await api.call("put", "/api/v1/groups/{id}/members/{user}", { id: group.id, user: user.id });
    await follow(page, `/admin/users/${user.id}`);
    await standsThere(page, heading, name);
    await follow(page, `/admin/groups/${group.id}`);
    await standsThere(page, heading, group.name);
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
    await follow(page, "/admin/groups", "Groups");
    await standsThere(page, page.getByRole("link", { name: group.name, exact: true }), group.name);
    const role = await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key: unique("role"), name, permissions: ["users:view"] });
    await follow(page, `/admin/roles/${role.id}`);
    await standsThere(page, heading, name);
  });
}

test("a name typed with markup is saved and shown as it was typed", async ({ page }) => {
  const name = `${unique("Typed")} <i>& "שלום" 🦊`;
  await visit(page, "/admin/clients/new?profile=service_account", "New service account");
  await page.getByLabel("Name").fill(`  ${name} `);
  await page.getByRole("button", { name: "Create client" }).click();
  const reveal = page.getByRole("dialog", { name: `Store the secret of ${name}` });
  await expect(reveal).toBeVisible();
  await reveal.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});
