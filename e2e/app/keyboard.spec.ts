/** The main jobs by somebody without a mouse: Tab, Enter, Space, arrows and Esc only. */
import type { Page } from "@playwright/test";
import { expect, expectNowhere, tabTo, test, unique, visit } from "./fixtures.ts";

/** Tabs to a button or link, and presses it. */
async function press(page: Page, role: "button" | "link", name: string | RegExp, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: true }).last());
  await page.keyboard.press(key);
}

test("a service account is made, gets a second secret and is edited by keyboard alone", async ({ admin: page }) => {
  const name = unique("Keyboard");
  // The first stop leads past the navigation.
  await page.locator("body").press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, "link", "New client");
  await press(page, "link", /^Service account/);
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type(name);
  await tabTo(page, page.getByRole("radio", { name: /^Member/ }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: /^Admin/ })).toBeChecked();
  await press(page, "button", "Create client");
  await expect(page.getByRole("heading", { name: `Store the secret of ${name}` })).toBeFocused();
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await press(page, "button", "Copy client secret", "Space");
  await press(page, "button", "I have stored it");
  await expectNowhere(page, secret);

  await press(page, "link", "Credentials");
  await press(page, "button", "Add a secret");
  await expect(page.getByLabel("Description")).toBeFocused();
  await page.keyboard.type("Second data centre");
  await press(page, "button", "Add secret");
  await press(page, "button", "I have stored it", "Space");
  await press(page, "button", "Rotate Second data centre");
  await expect(page.getByLabel("The old one works for another")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Rotate Second data centre" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("The old one works for another")).toBeFocused();
  await press(page, "button", "Rotate");
  await press(page, "button", "I have stored it");
  await expect(page.getByText("Retiring")).toBeVisible();

  await press(page, "link", "Edit");
  await tabTo(page, page.getByLabel("Description (optional)", { exact: true }));
  await page.keyboard.type("By keyboard");
  await press(page, "button", "Save changes");
  await expect(page.locator("main").getByText("By keyboard")).toBeVisible();
});

test("a dialog that is open once more stays, however late the browser says that it was closed", async ({ page, api }) => {
  const made = await api.account(unique("Late"));
  await visit(page, `/admin/clients/${made.client.id}/danger`, made.client.name);
  await press(page, "button", "Deactivate…");
  const dialog = page.getByRole("dialog");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  await dialog.dispatchEvent("close");
  await press(page, "button", "Deactivate");
  await expect(page.getByText("Inactive", { exact: true })).toBeVisible();
});

test("a client is found, deactivated, deleted and restored by keyboard alone", async ({ admin: page, api }) => {
  const name = unique("Found");
  await api.account(name);
  await tabTo(page, page.getByRole("searchbox"));
  await page.keyboard.type(name);
  await expect(page.getByRole("table", { name: "Clients" }).locator("tbody tr")).toHaveCount(1);
  await press(page, "link", name);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await press(page, "link", "Danger zone");
  await press(page, "button", "Deactivate…");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Keep it as it is" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  // The focus is where it was.
  await expect(page.getByRole("button", { name: "Deactivate…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, "button", "Deactivate");
  await expect(page.getByText("Inactive", { exact: true })).toBeVisible();
  await press(page, "button", "Delete client…");
  await press(page, "button", "Delete client");
  await expect(page.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
  await visit(page, "/admin/clients?deleted=true", "Clients");
  await press(page, "button", `Restore ${name}`);
  await press(page, "button", "Restore");
  await expect(page.getByRole("button", { name: `Restore ${name}` })).toHaveCount(0);
});

test("a person is invited and put into a group by keyboard alone", async ({ page, api }) => {
  const [email, name] = [`${unique("person")}@example.com`, unique("Ada")];
  const group = await api.call("post", "/api/v1/groups", {}, { name: unique("Group") });
  await visit(page, "/admin/users", "Users");
  await press(page, "button", "Invite a user");
  await expect(page.getByLabel("E-mail", { exact: true })).toBeFocused();
  await page.keyboard.type(email);
  await tabTo(page, page.getByLabel("Name", { exact: true }));
  await page.keyboard.type(name);
  await press(page, "button", "Invite");
  await press(page, "button", "I have passed it on");
  await visit(page, `/admin/groups/${group.id}`, group.name);
  await press(page, "button", "Add a member");
  await tabTo(page, page.getByRole("dialog").getByRole("searchbox"));
  await page.keyboard.type(name);
  await press(page, "button", `Add ${name}`);
  await expect(page.getByRole("dialog").getByText("Member", { exact: true })).toBeVisible();
  await press(page, "button", "Done");
  await expect(page.getByRole("table", { name: "Members" })).toContainText(name);
});

test("permissions are given by arrows and space", async ({ page }) => {
  const key = unique("desk");
  await visit(page, "/admin/roles/new", "New role");
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("Front desk");
  await tabTo(page, page.getByLabel("Key", { exact: true }));
  await page.keyboard.type(key);
  // The whole grid is one stop.
  const first = page.getByRole("checkbox", { name: /^View / }).first();
  await tabTo(page, first);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(page.locator("input[data-cell='1-1']")).toBeChecked();
  await expect(page.locator("input[data-cell='1-0']")).toBeChecked();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect(page.locator("input[data-cell='1-0']")).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(page.locator("[data-cell]:focus")).toHaveCount(0);
  await press(page, "button", "Create role");
  await expect(page.getByRole("heading", { level: 1, name: "Front desk" })).toBeVisible();
});
