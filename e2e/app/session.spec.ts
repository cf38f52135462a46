import { expect, expectAccessible, expectFit, NOBODY, signIn, test, unique, visit } from "./fixtures.ts";

test("an expired session comes back to the same screen, and nothing typed is lost", async ({ server, invite, browser }) => {
  const person = await invite("super_admin");
  const { page } = person;
  const name = unique("Half typed");
  await visit(page, `${server.url}/admin/clients/new?profile=service_account`, "New service account");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Owner").fill("Logistics");

  const other = await browser.newContext({ storageState: NOBODY });
  const elsewhere = await other.newPage();
  await elsewhere.goto(`${server.url}/admin/account`);
  await signIn(elsewhere, person);
  await elsewhere.getByRole("button", { name: "Sign out elsewhere…" }).click();
  await elsewhere.getByRole("button", { name: "Sign out elsewhere", exact: true }).click();
  await expect(elsewhere.getByText("You are signed out everywhere else")).toBeVisible();
  await other.close();

  await page.getByRole("button", { name: "Create client" }).click();
  const ended = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(ended).toBeVisible();
  await expectAccessible(page);
  await expectFit(page);
  await page.keyboard.press("Escape");
  await expect(ended).toBeVisible();
  await expect(page.getByLabel("Owner")).toHaveValue("Logistics");
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await signIn(await opening, person);
  // What waited goes on by itself.
  await expect(page.getByRole("heading", { name: `Store the secret of ${name}` })).toBeVisible();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
});

test("an expired access token is renewed without anyone noticing", async ({ admin: page }) => {
  let refused = 0;
  await page.route("**/api/v1/clients?*", (route) => (refused++ === 0 ? route.fulfill({ status: 401, body: "{}" }) : route.continue()));
  const renewed = page.waitForRequest((it) => it.url().endsWith("/oauth2/token"));
  await page.getByRole("searchbox").fill("anything that is not there");
  await renewed;
  await expect(page.getByText("No client matches")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the token stands in no address and in nothing the browser keeps, and a reload needs no password", async ({ page }) => {
  const tokens: string[] = [];
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("response", async (response) => {
    if (!response.url().endsWith("/oauth2/token")) return;
    const { access_token, refresh_token } = (await response.json()) as Record<string, string>;
    tokens.push(access_token ?? "", refresh_token ?? "");
  });
  await visit(page, "/admin/clients?q=oper", "Clients");
  // The code of the sign-in has left the address bar, and Back does not lead to it.
  expect(page.url()).toMatch(/\/admin\/clients\?q=oper$/);
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("oper");
  await expect.poll(() => tokens.length).toBe(4);
  const kept = await page.evaluate(async () => {
    const named = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie, named, document.documentElement.outerHTML]);
  });
  for (const token of tokens) {
    expect(token.length).toBeGreaterThan(20);
    expect(kept).not.toContain(token);
    expect(addresses.join("\n")).not.toContain(token);
  }
});

test("signing out stays in the app, and a reload asks to sign in", async ({ server, invite }) => {
  const { page } = await invite("member");
  await visit(page, `${server.url}/admin/account`, "My account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByLabel("E-mail")).toBeVisible();
  await expectAccessible(page);
  await expectFit(page);
});

test("two tabs have a session each, and a deleted client is gone in both", async ({ page, api, context }) => {
  const made = await api.account("Seen twice");
  const second = await context.newPage();
  await visit(second, `/admin/clients/${made.client.id}`, "Seen twice");
  await visit(page, `/admin/clients/${made.client.id}/danger`, "Seen twice");
  await page.getByRole("button", { name: "Delete client…" }).click();
  await page.getByRole("button", { name: "Delete client", exact: true }).click();
  await expect(page).toHaveURL(/\/clients$/);
  // The other tab still works, and is told as soon as it asks.
  await second.getByRole("link", { name: "Edit", exact: true }).click();
  await second.getByLabel("Owner").fill("Nobody any more");
  await second.getByRole("button", { name: "Save changes" }).click();
  await expect(second.locator(".notice")).toBeVisible();
  await expect(second.getByLabel("Owner")).toHaveValue("Nobody any more");
  await second.reload();
  await expect(second.getByText("Deleted").first()).toBeVisible();
});

test("my password is changed against the present one, and signs in from then on", async ({ server, invite }) => {
  const person = await invite("admin");
  const { page } = person;
  const wanted = "four quiet words in a row";
  await visit(page, `${server.url}/admin/account`, "My account");
  await page.getByRole("button", { name: "Change password" }).click();
  const send = page.getByRole("dialog").getByRole("button", { name: "Change password" });
  await page.getByLabel("Present password").fill("not the present one");
  await page.getByLabel("New password", { exact: true }).fill("short");
  await send.click();
  await expect(page.getByText(/At least 12 characters; a sentence/)).toBeVisible();
  await page.getByLabel("New password", { exact: true }).fill(wanted);
  await page.getByLabel("New password once more").fill(wanted);
  await send.click();
  await expect(page.getByLabel("Present password")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("New password", { exact: true })).toHaveValue(wanted);
  await expectAccessible(page);
  await page.getByLabel("Present password").fill(person.password);
  await send.dblclick();
  await expect(page.getByText("The password was changed")).toBeVisible();
  expect(await page.content()).not.toContain(wanted);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(wanted);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "My account" })).toBeVisible();
});

test("one other session is ended from my account", async ({ server, invite, browser }) => {
  const person = await invite("member");
  const other = await browser.newContext({ storageState: NOBODY });
  const elsewhere = await other.newPage();
  await elsewhere.goto(`${server.url}/admin/account`);
  await signIn(elsewhere, person);
  await expect(elsewhere.getByRole("heading", { level: 1, name: "My account" })).toBeVisible();
  const { page } = person;
  await visit(page, `${server.url}/admin/account`, "My account");
  await page.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await expect(page.getByRole("button", { name: "Leave it" })).toBeFocused();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Sign out there" }).click();
  await expect(page.getByText("That session has ended")).toBeVisible();
  await elsewhere.reload();
  await expect(elsewhere.getByLabel("E-mail")).toBeVisible();
  await other.close();
});
