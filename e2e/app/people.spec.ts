import { expect, expectAccessible, expectNowhere, NOBODY, choosePassword, test, unique, visit } from "./fixtures.ts";

test("a person is invited by a link that is shown once, and signs in by it", async ({ page, api, server, browser }) => {
  const email = `ada.${Date.now()}@example.com`;
  await visit(page, "/admin/users");
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

  const other = await browser.newContext({ storageState: NOBODY });
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

test("a person is changed, switched off and on, and anonymized for good", async ({ page, api, server }) => {
  const made = await api.call("post", "/api/v1/users", {}, { email: `bo.${Date.now()}@example.com`, name: "Bo", role: "member" });
  await visit(page, `/admin/users/${made.user.id}`);
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

test("a second editor learns of the first and loses nothing", async ({ page, api, server }) => {
  const made = await api.call("post", "/api/v1/users", {}, { email: `cy.${Date.now()}@example.com`, name: "Cy", role: "member" });
  await visit(page, `/admin/users/${made.user.id}`);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Cy Mine");
  await api.call("patch", "/api/v1/users/{id}", { id: made.user.id }, { name: "Cy Theirs" });
  await page.getByRole("button", { name: "Save" }).click();
  const both = page.getByRole("dialog", { name: "Somebody else changed it meanwhile" });
  await expect(both).toContainText("Cy Theirs");
  await expectAccessible(page);
  await both.getByRole("button", { name: "Keep editing" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Cy Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await both.getByLabel("As I have it").check();
  await both.getByRole("button", { name: "Save my choice" }).click();
  await expect(page.getByRole("heading", { name: "Cy Mine", level: 1 })).toBeVisible();
});

test("a group gets members by search and loses them again", async ({ page, api, server }) => {
  const tag = `${Date.now()}`;
  await api.call("post", "/api/v1/users", {}, { email: `dara.${tag}@example.com`, name: `Dara <i>${tag}</i> 🦊`, role: "member" });
  await visit(page, "/admin/groups");
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

test("a forgotten password is reset by a link that is shown once", async ({ page, server, invite, browser }) => {
  const person = await invite("member");
  await visit(page, `/admin/users/${person.user.id}`, person.user.name);
  await page.getByRole("link", { name: "Activity", exact: true }).last().click();
  await page.getByRole("link", { name: "Access", exact: true }).click();
  await page.getByRole("button", { name: "Reset password…" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make a link" }).dblclick();
  await expect(page.getByRole("heading", { name: `Pass the link on to ${person.user.name}` })).toBeVisible();
  const link = await page.locator(".reveal-value code").innerText();
  await page.getByRole("button", { name: "I have passed it on" }).click();
  await expectNowhere(page, link);

  const other = await browser.newContext({ storageState: NOBODY });
  const theirs = await other.newPage();
  await theirs.goto(link);
  await choosePassword(theirs, "five words that were never typed");
  await expect(theirs.locator("input[name=new_password]")).toHaveCount(0);
  await visit(theirs, `${server.url}/admin/account`, "My account");
  await other.close();
  // It works once.
  const again = await (await browser.newContext({ storageState: NOBODY })).newPage();
  await again.goto(link);
  await expect(again.locator("input[name=new_password]")).toHaveCount(0);
  await again.context().close();
});

test("a group is renamed, and its people stay", async ({ page, api }) => {
  const { user } = await api.call("post", "/api/v1/users", {}, { email: `${unique("person")}@example.com`, name: "Dara Stays", role: "member", invite: false });
  const group = await api.call("post", "/api/v1/groups", {}, { name: unique("Night") });
  await api.call("put", "/api/v1/groups/{id}/members/{user}", { id: group.id, user: user.id });
  await visit(page, `/admin/groups/${group.id}`, group.name);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("Name", { exact: true }).fill(`${group.name} and day`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${group.name} and day` })).toBeVisible();
  await expect(page.getByRole("link", { name: "Dara Stays" })).toBeVisible();
});
