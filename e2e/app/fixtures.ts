/** Someone who is signed in, on fresh data. */
import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import Axe from "axe-core";
import { Api, type Schema } from "./api.ts";
import { Server } from "./server.ts";

const PASSWORD = "a long sentence nobody else types";

/** Milliseconds after which a server or a browser that has not started never will. */
const START = 120_000;

/** In a page that has it; pages within the app keep it. */
declare const axe: typeof Axe;

/** Whoever has no session. */
export const NOBODY = { cookies: [], origins: [] };

type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** A person whom the operator has invited, in a browser of their own. */
export interface Newcomer {
  page: Page;
  email: string;
  password: string;
  user: Schema["User"];
}

/** What a browser wrote to its console, and where it sent its requests. */
const traces = new WeakMap<BrowserContext, string[]>();

interface OfTest {
  /** The list of clients, as the first person. */
  admin: Page;
  /** Invites somebody and signs them in. */
  invite: (role: "member" | "admin" | "super_admin", roles?: string[]) => Promise<Newcomer>;
}

interface OfWorker {
  server: Server;
  /** The API as the operator. */
  api: Api;
  /** The first person, signed in once for all tests of a worker. */
  session: Session;
}

export const test = base.extend<OfTest, OfWorker>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  api: [async ({ server }, use) => use(await Api.operator(server)), { scope: "worker" }],
  session: [
    async ({ browser, server }, use) => {
      const context = await browser.newContext({ baseURL: server.url, storageState: NOBODY });
      const page = await context.newPage();
      // The first of all pages, while every worker starts its server.
      page.setDefaultTimeout(START);
      await page.goto("/admin/account");
      await signIn(page, server.first);
      await expect(page.getByRole("heading", { name: "My account", level: 1 })).toBeVisible();
      const session = await context.storageState();
      await context.close();
      await use(session);
    },
    { scope: "worker", timeout: START },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  storageState: async ({ session }, use) => use(session),
  context: async ({ context }, use) => {
    const broken = watch(context);
    await use(context);
    expect(broken, "a page must not break").toEqual([]);
  },
  admin: async ({ page }, use) => {
    await visit(page, "/admin/clients", "Clients");
    await use(page);
  },
  invite: async ({ api, browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role, roles) => {
      const email = `${unique("person")}@example.com`;
      const { user, invitation } = await api.call("post", "/api/v1/users", {}, { email, name: `Sam of ${role}`, role });
      if (roles) await api.call("put", "/api/v1/users/{id}/roles", { id: user.id }, { roles });
      const context = await browser.newContext({ storageState: NOBODY });
      contexts.push(context);
      watch(context);
      const page = await context.newPage();
      await page.goto(invitation?.url ?? "");
      await choosePassword(page, PASSWORD);
      await expect(page.locator("input[name=new_password]")).toHaveCount(0);
      return { page, email, password: PASSWORD, user };
    });
    for (const context of contexts) await context.close();
  },
});

/** Listens to a browser; gives back what broke in it. */
function watch(context: BrowserContext): string[] {
  const trace: string[] = [];
  const broken: string[] = [];
  traces.set(context, trace);
  context.on("request", (request) => trace.push(request.url()));
  context.on("console", (message) => {
    trace.push(message.text());
    // What the server refuses is said by the browser itself, and by the page where it matters.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) broken.push(message.text());
  });
  context.on("weberror", (it) => broken.push(String(it.error())));
  return broken;
}

/** A word that no other test of this worker has. */
export const unique = (word: string) => `${word}_${Math.random().toString(36).slice(2, 9)}`;

/** A time from now, as the API writes it. */
export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, "");

/** Opens an address, and waits until its page is there. */
export async function visit(page: Page, path: string, title?: string | RegExp): Promise<void> {
  await page.goto(path);
  await arrived(page, title);
}

/** Follows a link within the app, without loading it anew. */
export async function follow(page: Page, path: string, title?: string | RegExp): Promise<void> {
  await page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await page.waitForURL((url) => url.pathname + url.search === path);
  await arrived(page, title);
}

/** The page is there, with what it asked the server for. */
export async function arrived(page: Page, title: string | RegExp = /./): Promise<void> {
  const exact = typeof title === "string";
  await expect(page.locator("#content").getByRole("heading", { level: 1, name: title, exact })).toBeVisible();
  await expect(page.locator("#content .skeleton, #content [aria-busy=true]")).toHaveCount(0);
}

/** Fills in the sign-in page; the first person of a server has to choose a password, once. */
export async function signIn(page: Page, person: Server | { email: string; password: string }): Promise<void> {
  const who = "first" in person ? person.first : person;
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (who.password === PASSWORD) return;
  await choosePassword(page, PASSWORD);
  who.password = PASSWORD;
}

/** Fills in the page on which a password is chosen. */
export async function choosePassword(page: Page, password: string): Promise<void> {
  await page.locator("input[name=new_password]").fill(password);
  await page.locator("input[name=repeat_password]").fill(password);
  await page.locator("form:has(input[name=new_password]) button[type=submit]").click();
}

/** Tabs on, as somebody without a mouse does, until the focus is there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${target}`);
}

/** A secret that was shown is nowhere any more: not in the page, its fields, its address, the requests' addresses, the
 * console, nor what the browser keeps. */
export async function expectNowhere(page: Page, secret: string): Promise<void> {
  expect(secret.length).toBeGreaterThan(20);
  await expect(page.locator(".reveal-value")).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
  const kept = await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map((it) => it.value);
    return JSON.stringify([fields, { ...localStorage }, { ...sessionStorage }, history.state, document.cookie, name]);
  });
  expect(kept).not.toContain(secret);
  const trace = traces.get(page.context()) ?? [];
  expect(trace.length).toBeGreaterThan(0);
  expect([page.url(), ...trace].filter((it) => it.includes(secret))).toEqual([]);
}

/** Nothing sticks out at the side. */
export async function expectFit(page: Page): Promise<void> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(wider, `${page.url()} is wider than its window`).toBeLessThanOrEqual(0);
}

/** The narrowest and the widest window the app is made for, in pixels. */
const WIDTHS = [360, 1920];

/** Nothing sticks out at the side, and nothing to press or to read as a title is cut off, however wide the window is. */
export async function expectWhole(page: Page): Promise<void> {
  const now = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await expectFit(page);
    const cut = await page.evaluate(() => {
      const scrolls = (it: Element | null): boolean =>
        !!it && (/auto|scroll/.test(getComputedStyle(it).overflowX) && it.scrollWidth > it.clientWidth ? true : scrolls(it.parentElement));
      const within = document.querySelector("dialog[open]") ?? document;
      const parts = [...within.querySelectorAll<HTMLElement>("button, a.button, h1, h2, h3, input, select, textarea, [role=tab]")];
      const seen = parts.filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest(".visually-hidden, .skip-link"));
      const isCut = (it: HTMLElement) => {
        const { left, right, width } = it.getBoundingClientRect();
        const outside = width > 1 && (left < -0.5 || right > innerWidth + 0.5) && !scrolls(it.parentElement);
        return outside || (/^(H\d|BUTTON)$/.test(it.tagName) && it.scrollWidth > it.clientWidth + 1);
      };
      return seen.filter(isCut).map((it) => it.outerHTML.slice(0, 200));
    });
    expect.soft(cut, `cut off at ${width} pixels on ${page.url()}`).toEqual([]);
  }
  if (now) await page.setViewportSize(now);
}

/** Fails with everything axe finds; the test goes on, so that one run says it all. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is on its way in or out has other colours meanwhile.
  await page.evaluate(async () => {
    const moving = document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map((it) => it.finished));
  });
  // Its adapter to browsers would open a page more each time and put itself in both, to look into frames as well.
  expect(page.frames(), "axe looks into no frame").toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(Axe.source);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join("\n")}`);
  expect.soft(found, `axe at ${page.url()}`).toEqual([]);
}

export { expect };
