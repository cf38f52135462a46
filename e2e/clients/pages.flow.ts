/** Every page for people: what axe finds, in both colours and sizes, and a picture of each. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test as base, type Page } from "@playwright/test";
import Axe from "axe-core";
import { Server, type Person } from "../app/server.ts";
import { Api, type App } from "./api.ts";
import { answer, choosePassword, PASSWORD, signIn } from "./person.ts";

/** In a page that has it. */
declare const axe: typeof Axe;

const test = base.extend<{ server: Server; api: Api; origin: string; look: (name: string) => Promise<void> }>({
  server: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.stop();
  },
  api: async ({ server }, use) => use(await Api.of(server)),
  // Where an application listens.
  origin: async ({}, use) => {
    const application = createServer((_, response) => response.end("the application"));
    application.listen(0, "127.0.0.1");
    await once(application, "listening");
    await use(`http://127.0.0.1:${(application.address() as AddressInfo).port}`);
    application.closeAllConnections();
    application.close();
  },
  baseURL: async ({ server }, use) => use(server.url),
  look: async ({ page }, use) => use((name) => look(page, name)),
});

const sizes = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 390, height: 844 },
];

/** Holds the page to axe in every size and colour, sees that nothing sticks out, and takes pictures. */
async function look(page: Page, name: string): Promise<void> {
  expect(page.frames(), "axe looks into no frame").toHaveLength(1);
  await page.evaluate(Axe.source);
  for (const { name: size, ...viewport } of sizes) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `results/pages/${name}-${size}-${colorScheme}.png`, fullPage: true });
      const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
      const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join("\n")}`);
      expect(found, `${name}, ${size}, ${colorScheme}`).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, `${name}, ${size}: nothing sticks out`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}

const ada = (): Person => ({ email: "ada@example.org", password: PASSWORD });

/** The path of the authorization endpoint, for an application that listens at `origin`. */
function authorize(origin: string, app: App, more: Record<string, string> = {}): string {
  const parameters = {
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: `${origin}/callback`,
    scope: "openid",
    state: "a state",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...more,
  };
  return `/oauth2/authorize?${new URLSearchParams(parameters)}`;
}

test("sign in, choose a password, the account, sign out", async ({ page, server, api, origin, look, browser }) => {
  await page.goto("/sign-in");
  await look("sign-in");
  await signIn(page, { ...server.first, password: "not this one at all" });
  await expect(page.getByRole("alert")).toBeVisible();
  await look("sign-in-wrong");
  await signIn(page, server.first);
  await expect(page.getByRole("heading", { name: "Choose a password" })).toBeVisible();
  await look("password-forced");
  await page.getByLabel("New password").fill("password1234");
  await page.getByLabel("Once more").fill("password1234");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look("password-forced-refused");
  await choosePassword(page, server.first);
  await expect(page.getByRole("heading", { name: "Administrator" })).toBeVisible();
  await look("account-new");

  const elsewhere = await browser.newPage({ baseURL: server.url, userAgent: "curl/8.0" });
  await elsewhere.goto("/sign-in");
  await signIn(elsewhere, server.first);
  const timesheets = await api.register();
  const long = await api.register({ name: "Quarterly consolidation and regulatory reporting workbench (staging)" });
  for (const [app, scope] of [
    [timesheets, "openid profile email"],
    [long, "openid clients:change users:view"],
  ] as const) {
    await page.goto(authorize(origin, app, { scope }));
    await answer(page, "Allow");
    await page.waitForURL(`${origin}/callback**`);
  }
  await page.goto("/account");
  await look("account");
  await page.getByRole("button", { name: "Disconnect Timesheets" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  await expect(page.getByText("Timesheets")).toHaveCount(0);
  await look("account-disconnected");
  await page.getByRole("link", { name: "Change password" }).click();
  await look("password");
  await page.getByLabel("Current password").fill("not this one at all");
  await page.getByLabel("New password").fill("seven maple lanterns");
  await page.getByLabel("Once more").fill("seven maple lanterns");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("This is not your password.")).toBeVisible();
  await look("password-wrong");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await look("signed-out");
  await elsewhere.close();
});

test("invitation, reset, and links that are over", async ({ page, api, look }) => {
  const { id, path } = await api.invite("ada@example.org", "Ada King");
  await page.goto(path);
  await look("invitation");
  await page.getByLabel("New password").fill("seven maple lanterns");
  await page.getByLabel("Once more").fill("seven maple lantern");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("The two are not the same.")).toBeVisible();
  await look("invitation-refused");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("Once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page).toHaveURL("/account");
  await page.goto(path);
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await look("link-over");
  const { url } = await api.send<{ url: string }>("POST", `/users/${id}/reset-password`);
  await page.goto(new URL(url).pathname);
  await look("reset");
});

test("consent, its mistakes, and sign-out for an application", async ({ page, api, origin, look, browser, server }) => {
  await api.join(ada(), "Ada King");
  const app = await api.register();

  await page.goto(authorize(origin, { ...app, clientId: "nobody" }));
  await expect(page).toHaveURL(/\/oauth2\/authorize/);
  await look("unknown-application");
  await page.goto(authorize(origin, app, { redirect_uri: `${origin}/elsewhere` }));
  await expect(page).toHaveURL(/\/oauth2\/authorize/);
  await look("wrong-redirect-uri");

  await page.goto(authorize(origin, app, { scope: "openid profile email" }));
  await signIn(page, ada());
  await expect(page.getByRole("button", { name: "Allow" })).toBeVisible();
  await look("consent");
  const asked = page.url();

  // The same page in another tab: the second answer is told that there was one.
  const tab = await page.context().newPage();
  await tab.goto(asked);
  await answer(page, "Allow");
  await page.waitForURL(`${origin}/callback**`);
  expect(new URL(page.url()).searchParams.get("state")).toBe("a state");
  await answer(tab, "Deny");
  await expect(tab.getByRole("heading", { name: "You have answered this already" })).toBeVisible();
  await expect(tab.getByRole("link", { name: "Go to your account" })).toBeVisible();
  await tab.close();

  // Back after Allow.
  await page.goBack();
  await expect(page.getByRole("heading", { name: "You have answered this already" })).toBeVisible();
  await look("consent-back");

  // What is asked of more, and by an application with a long name.
  const long = await api.register({ name: "Quarterly consolidation and regulatory reporting workbench (staging)" });
  await page.goto(authorize(origin, long, { scope: "openid profile email clients:change users:view" }));
  await look("consent-long");
  const name = new URL(page.url()).searchParams.get("request") ?? "";

  // The request of another person's browser.
  const bea = { email: "bea@example.org", password: PASSWORD };
  await api.join(bea, "Bea");
  const other = await browser.newContext({ baseURL: server.url });
  const hers = await other.newPage();
  await hers.goto("/sign-in");
  await signIn(hers, bea);
  await hers.goto(authorize(origin, app));
  await hers.locator("input[name=request]").first().evaluate((it, value) => it.setAttribute("value", value), name);
  await hers.getByRole("button", { name: "Allow" }).click();
  await expect(hers.getByRole("heading", { name: "This was asked somewhere else" })).toBeVisible();
  await other.close();

  // A page from before the person signed in again.
  const stale = await page.context().newPage();
  await stale.goto("/account");
  await stale.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByRole("heading", { name: "This page is out of date" })).toBeVisible();
  await look("out-of-date");
  await stale.close();

  // A request that nobody made, or that is long over.
  await page.goto("/oauth2/authorize/resume?request=nothing");
  await expect(page.getByRole("heading", { name: "This page is too old" })).toBeVisible();
  await look("too-old");

  // An application that signs people out without saying whom.
  await page.goto("/sign-in");
  await signIn(page, ada());
  await page.goto(`/oauth2/logout?client_id=${app.clientId}`);
  await expect(page.getByRole("heading", { name: "Sign out?" })).toBeVisible();
  await look("sign-out");
  // One who is signed in and asked to prove it.
  await page.goto(authorize(origin, app, { prompt: "login" }));
  await look("sign-in-again");
  await page.goto("/sign-in?continue=%3Cscript%3E");
  await look("unreadable");
});

test("too many failures", async ({ page, look }) => {
  await page.goto("/sign-in");
  const heading = page.getByRole("heading", { name: "Too many attempts" });
  for (let tries = 0; tries < 40 && !(await heading.isVisible()); tries += 1) {
    await signIn(page, { email: "nobody@example.org", password: `not this one at all ${tries}` });
    await expect(page.getByRole("alert").or(heading)).toBeVisible();
  }
  await look("too-many-attempts");
  await page.getByRole("link", { name: "Back to sign-in" }).click();
  await expect(page).toHaveURL("/sign-in");
});
