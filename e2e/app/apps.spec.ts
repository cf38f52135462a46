import { createHash } from "node:crypto";
import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { askForToken, type Schema } from "./api.ts";
import { expect, expectAccessible, expectFit, expectNowhere, NOBODY, signIn, test as base, unique, visit } from "./fixtures.ts";

/** Where an app waits for the people who come back. */
const test = base.extend<{ callback: string }>({
  callback: async ({}, use) => {
    const app: Http = createServer((_, reply) => reply.setHeader("content-type", "text/html").end("<h1>Back in the app</h1>"));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    await use(`http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`);
    app.closeAllConnections();
    app.close();
  },
});

const authorize = (client: string, callback: string, more: Record<string, string> = {}) =>
  `/oauth2/authorize?${new URLSearchParams({ response_type: "code", client_id: client, redirect_uri: callback, state: "my state & more", ...more })}`;

async function exchange(url: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const reply = await fetch(`${url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
  return (await reply.json()) as Record<string, unknown>;
}

/** Waits until the browser is back in the app; gives what it brought. */
async function broughtBack(page: Page, callback: string): Promise<Record<string, string>> {
  await page.waitForURL((url) => url.href.startsWith(callback));
  return Object.fromEntries(new URL(page.url()).searchParams);
}

test("a pasted list of redirect URIs with blanks is understood, and each mistake stands beside its line", async ({ page, api }) => {
  const name = unique("Portal");
  await visit(page, "/admin/clients/new?profile=app", "New app");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Description (optional)", { exact: true }).fill("Signs people in");
  const field = page.getByLabel("Redirect URIs");
  await page.evaluate(() => navigator.clipboard.writeText("  https://portal.example/cb  \n\n\n\thttp://portal.example/cb\n   \ncom.example.portal:/cb\n\n"));
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
  await expect(page.locator(".lines-mistakes p")).toHaveText(/Line 4: http only for a loopback address/);
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByText("Correct the lines marked above")).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByLabel("Name")).toHaveValue(name);
  await field.fill((await field.inputValue()).replace("http://portal.example/cb", "http://127.0.0.1:8400/cb"));
  await page.getByRole("button", { name: "Create client" }).dblclick();

  await expect(page.getByRole("dialog", { name: `Store the secret of ${name}` })).toBeVisible();
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  const { items } = await api.call("get", `/api/v1/clients?q=${name}` as "/api/v1/clients");
  expect(items.map((it) => it.redirect_uris)).toEqual([["https://portal.example/cb", "http://127.0.0.1:8400/cb", "com.example.portal:/cb"]]);
});

test("what only the server knows to be wrong stands beside its line, too, and nothing typed is lost", async ({ page }) => {
  await visit(page, "/admin/clients/new?profile=app", "New app");
  await page.getByLabel("Name").fill("Twice the same");
  await page.getByLabel("Redirect URIs").fill("https://a.example/cb\n\nhttps://a.example:99999/cb");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.locator(".lines-mistakes p")).toHaveText(/^Line 3: /);
  await expect(page.getByLabel("Name")).toHaveValue("Twice the same");
});

test("a person allows an app by its name and their own, and the app gets tokens that it can refresh", async ({ page, api, server, callback, invite }) => {
  const name = `${unique("Portal")} <b>& co</b>`;
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name, redirect_uris: [callback] } as Schema["CreateClient"]);
  const [client_id, client_secret] = [made.client.client_id, made.client_secret ?? ""];
  const { page: theirs, user } = await invite("member");
  await theirs.goto(server.url + authorize(client_id, callback));
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(theirs.getByText(user.name).first()).toBeVisible();
  await expectAccessible(theirs);
  await expectFit(theirs);
  await theirs.getByRole("button", { name: "Allow" }).click();
  const { code, state } = await broughtBack(theirs, callback);
  expect(state).toBe("my state & more");
  const form = { client_id, client_secret };
  const tokens = await exchange(server.url, { grant_type: "authorization_code", code: code ?? "", redirect_uri: callback, ...form });
  expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 3600, refresh_token: expect.stringMatching(/./) });
  const again = await exchange(server.url, { grant_type: "refresh_token", refresh_token: String(tokens.refresh_token), ...form });
  expect(again.access_token).toBeTruthy();

  // The person sees it in their account, and takes it back.
  await visit(theirs, `${server.url}/admin/account`, "My account");
  await theirs.getByRole("button", { name: `Take back what ${name} may do` }).click();
  await expectAccessible(theirs);
  await theirs.getByRole("button", { name: "Take it back" }).click();
  await expect(theirs.getByText(`${name} may no longer act for you`)).toBeVisible();
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${again.access_token}` } });
  expect(me.status).toBe(401);
});

test("a person who denies an app is sent back with that word", async ({ page, api, callback }) => {
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name: unique("Denied"), redirect_uris: [callback] } as Schema["CreateClient"]);
  await page.goto(authorize(made.client.client_id, callback));
  await page.getByRole("button", { name: "Deny" }).click();
  expect(await broughtBack(page, callback)).toMatchObject({ error: "access_denied", state: "my state & more" });
});

test("a redirect URI that differs by a character is not followed", async ({ page, api, callback }) => {
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name: unique("Exact"), redirect_uris: [callback] } as Schema["CreateClient"]);
  const reply = await page.goto(authorize(made.client.client_id, `${callback}/`));
  expect(reply?.status()).toBe(400);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Allow" })).toHaveCount(0);
  await expectAccessible(page);
});

test("a public app has no secret, and gets tokens by PKCE", async ({ page, server, callback }) => {
  const name = unique("Phone");
  await visit(page, "/admin/clients/new?profile=app", "New app");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Redirect URIs").fill(callback);
  await page.getByRole("checkbox", { name: "Public client" }).check();
  await expect(page.getByLabel("Description of the first secret")).toHaveCount(0);
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Credentials", exact: true })).toHaveCount(0);
  const client_id = await page.locator(".summary code").first().innerText();
  const code_verifier = "a-verifier-that-is-long-enough-for-everybody-who-reads-it";
  const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
  await page.goto(authorize(client_id, callback, { code_challenge, code_challenge_method: "S256" }));
  await page.getByRole("button", { name: "Allow" }).click();
  const { code } = await broughtBack(page, callback);
  const grant = { grant_type: "authorization_code", code: code ?? "", redirect_uri: callback, client_id };
  expect(await exchange(server.url, { ...grant, code_verifier })).toHaveProperty("access_token");
});

test("a person who is not signed in comes to a public app by its link: signs in, allows it, and it gets its tokens", async ({ page, api, server, callback, invite, browser }) => {
  const name = unique("Phone");
  const { client } = await api.call("post", "/api/v1/clients", {}, { profile: "app", name, redirect_uris: [callback], public: true } as Schema["CreateClient"]);
  const person = await invite("member");
  const theirs = await (await browser.newContext({ baseURL: server.url, storageState: NOBODY })).newPage();
  const code_verifier = "a-verifier-that-is-long-enough-for-everybody-who-reads-it";
  const link = authorize(client.client_id, callback, { code_challenge: code_verifier, code_challenge_method: "plain" });
  const come = async () => {
    const { code, state } = await broughtBack(theirs, callback);
    expect(state).toBe("my state & more");
    return { grant_type: "authorization_code", code: code ?? "", redirect_uri: callback, client_id: client.client_id };
  };

  await theirs.goto(link);
  await signIn(theirs, person);
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(theirs.getByText(person.user.name).first()).toBeVisible();
  await theirs.getByRole("button", { name: "Allow" }).click();
  expect(await exchange(server.url, { ...(await come()), code_verifier: code_verifier.toUpperCase() })).toMatchObject({ error: "invalid_grant" });

  // The session stands, so the password is not asked for again.
  await theirs.goto(link);
  await theirs.getByRole("button", { name: "Allow" }).or(theirs.getByText("Back in the app")).first().waitFor();
  if (!theirs.url().startsWith(callback)) await theirs.getByRole("button", { name: "Allow" }).click();
  expect(await exchange(server.url, { ...(await come()), code_verifier })).toMatchObject({ token_type: "Bearer", expires_in: 3600, refresh_token: expect.stringMatching(/./) });
  await theirs.context().close();

  // How long each lasts is said where it is looked after: a code ten minutes, what was allowed ninety days, tokens an hour.
  await visit(page, `/admin/clients/${client.id}/people`, name);
  const grants = page.getByRole("listitem").filter({ hasText: person.user.name });
  await expect(grants).toHaveCount(2);
  const lasts = await grants.evaluateAll((items) =>
    items.map((it) => {
      const [allowed = 0, ends = 0] = [...it.querySelectorAll("time")].map((time) => Date.parse(time.dateTime));
      return Math.round((ends - allowed) / 60_000);
    }),
  );
  expect(lasts).toEqual([90 * 24 * 60, 10]);
  await expect(grants.first()).toContainText(/ends in (89|90) days unless it is used/);
  await visit(page, "/admin/profiles", "Profiles");
  await expect(page.getByRole("row").filter({ has: page.getByRole("link", { name: "App", exact: true }) })).toContainText("1 hour");
});

test("name, description and redirect URIs of an app are edited", async ({ page, api }) => {
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name: unique("Moved"), redirect_uris: ["https://old.example/cb"] } as Schema["CreateClient"]);
  await visit(page, `/admin/clients/${made.client.id}?edit=yes`, made.client.name);
  await page.getByLabel("Name").fill("Moved house");
  await page.getByLabel("Description (optional)", { exact: true }).fill("Lives elsewhere");
  await page.getByLabel("Redirect URIs").fill("\nhttps://new.example/cb\n");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Moved house" })).toBeVisible();
  await expect(page.locator("main").getByText("https://new.example/cb")).toBeVisible();
  await expect(page.locator("main").getByText("https://old.example/cb")).toHaveCount(0);
});

test("deactivating an app ends what people allowed, and after reactivating it they are asked again", async ({ page, api, server, callback }) => {
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name: unique("Switched"), redirect_uris: [callback] } as Schema["CreateClient"]);
  const [client_id, client_secret] = [made.client.client_id, made.client_secret ?? ""];
  const at = authorize(client_id, callback);
  const allow = page.getByRole("button", { name: "Allow" });
  await page.goto(at);
  await allow.click();
  const { code } = await broughtBack(page, callback);
  const tokens = await exchange(server.url, { grant_type: "authorization_code", code: code ?? "", redirect_uri: callback, client_id, client_secret });
  // Allowed once, it is not asked again.
  await page.goto(at);
  await broughtBack(page, callback);

  await visit(page, `/admin/clients/${made.client.id}/danger`, made.client.name);
  await page.getByRole("button", { name: "Deactivate…" }).click();
  await expect(page.getByRole("dialog")).toContainText("people who signed in through it have to allow it again");
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("Inactive", { exact: true })).toBeVisible();
  const refresh = { grant_type: "refresh_token", refresh_token: String(tokens.refresh_token), client_id, client_secret };
  expect(await exchange(server.url, refresh)).not.toHaveProperty("access_token");
  await page.getByRole("button", { name: "Reactivate…" }).click();
  await page.getByRole("button", { name: "Reactivate", exact: true }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  expect(await exchange(server.url, refresh)).not.toHaveProperty("access_token");
  await page.goto(at);
  await expect(allow).toBeVisible();
});

test("the secret of an app is regenerated", async ({ page, api, server, callback }) => {
  const made = await api.call("post", "/api/v1/clients", {}, { profile: "app", name: unique("Renewed"), redirect_uris: [callback] } as Schema["CreateClient"]);
  await visit(page, `/admin/clients/${made.client.id}/credentials`, made.client.name);
  await page.getByRole("button", { name: "Regenerate…" }).click();
  await page.getByRole("button", { name: "Regenerate", exact: true }).click();
  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret);
  // An app has no grant of its own; who it is, is asked first.
  expect(await askForToken(server.url, made.client.client_id, made.client_secret ?? "")).toMatchObject({ error: "invalid_client" });
  expect(await askForToken(server.url, made.client.client_id, secret)).toMatchObject({ error: "unauthorized_client" });
});
