import { Api } from "./api.ts";
import { expect, expectAccessible, expectNowhere, test } from "./fixtures.ts";

test("a person is invited by a link that is shown once, and signs in by it", async ({ admin: page, server, browser }) => {
  const email = `ada.${Date.now()}@example.com`;
  await page.goto("/admin/users");
  await page.getByRole("button", { name: "Invite a user" }).click();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByText("People sign in by it")).toBeVisible();
  await page.getByLabel("E-mail", { exact: true }).fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Ada Kovács");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite", exact: true }).dblclick();
  await expect(page.getByRole("heading", { name: "Pass the link on to Ada Kovács" })).toBeVisible();
  await expectAccessible(page);
  const link = await page.locator(".reveal-value code").innerText();
  await page.getByRole("button", { name: "I have passed it on" }).click();
  await expectNowhere(page, link);
  await expect(page.getByText("Invited").first()).toBeVisible();

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await theirs.goto(link);
  await theirs.locator("input[name=new_password]").fill("three quiet words in a row");
  await theirs.locator("input[name=repeat_password]").fill("three quiet words in a row");
  await theirs.locator("form:has(input[name=new_password]) button[type=submit]").click();
  await theirs.goto(`${server.url}/admin/`);
  await expect(theirs.getByRole("heading", { name: "My account", level: 1 })).toBeVisible();
  await theirs.goto(`${server.url}/admin/users`);
  await expect(theirs.getByText("You may not see this")).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Users" })).toHaveCount(0);
  await other.close();
});

test("a person is changed, switched off and on, and anonymized for good", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.call("post", "/api/v1/users", {}, { email: `bo.${Date.now()}@example.com`, name: "Bo", role: "member" });
  await page.goto(`/admin/users/${made.user.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bo Lindqvist");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bo Lindqvist");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Bo Lindqvist", level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Access" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Deactivate…" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("Inactive").first()).toBeVisible();
  await page.getByRole("button", { name: "Reactivate…" }).click();
  await page.getByRole("button", { name: "Reactivate", exact: true }).click();
  await page.getByRole("button", { name: "Anonymize…" }).click();
  await expect(page.getByRole("button", { name: "Keep the account" })).toBeFocused();
  await page.getByRole("button", { name: "Anonymize for good" }).click();
  await expect(page.getByText("Anonymized").first()).toBeVisible();
  await expect(page.locator("main").getByText("Bo Lindqvist")).toHaveCount(0);
});

test("a second editor learns of the first and loses nothing", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const made = await api.call("post", "/api/v1/users", {}, { email: `cy.${Date.now()}@example.com`, name: "Cy", role: "member" });
  await page.goto(`/admin/users/${made.user.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Cy Mine");
  await api.call("patch", "/api/v1/users/{id}", { id: made.user.id }, { name: "Cy Theirs" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Somebody else changed it meanwhile" })).toBeVisible();
  await expect(page.getByText("Cy Theirs")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save my choice" }).click();
  await expect(page.getByRole("heading", { name: "Cy Mine", level: 1 })).toBeVisible();
});

test("a group gets members by search and loses them again", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const tag = `${Date.now()}`;
  await api.call("post", "/api/v1/users", {}, { email: `dara.${tag}@example.com`, name: `Dara <i>${tag}</i> 🦊`, role: "member" });
  await page.goto("/admin/groups");
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Name", { exact: true }).fill(`Billing ${tag}`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make group" }).dblclick();
  await expect(page.getByRole("heading", { name: `Billing ${tag}`, level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Add a member" }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill(`dara.${tag}`);
  await page.getByRole("button", { name: `Add Dara <i>${tag}</i> 🦊` }).click();
  await expect(page.getByRole("dialog").getByText("Member", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: /^Remove Dara/ }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("No members yet")).toBeVisible();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete group" }).click();
  await expect(page).toHaveURL(/\/groups$/);
});
