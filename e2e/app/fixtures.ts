/** Someone who is signed in, on fresh data. */
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Server } from "./server.ts";

const PASSWORD = "a long sentence nobody else types";

/** What each page wrote to its console. */
const consoles = new WeakMap<Page, string[]>();

export const test = base.extend<{ admin: Page }, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  admin: async ({ page, server }, use) => {
    const said: string[] = [];
    consoles.set(page, said);
    page.on("console", (message) => said.push(message.text()));
    await page.goto("/admin/clients");
    await signIn(page, server);
    await expect(page.getByRole("heading", { name: "Clients", level: 1 })).toBeVisible();
    await use(page);
  },
});

/** Signs in as the first person, who has to choose a password once. */
export async function signIn(page: Page, server: Server): Promise<void> {
  await page.getByLabel("E-mail").fill(server.first.email);
  await page.getByLabel("Password", { exact: true }).fill(server.first.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (server.first.password === PASSWORD) return;
  await page.locator("input[name=new_password]").fill(PASSWORD);
  await page.locator("input[name=repeat_password]").fill(PASSWORD);
  await page.locator("form:has(input[name=new_password]) button[type=submit]").click();
  server.first.password = PASSWORD;
}

/** A secret that was shown is nowhere any more: not in the page, its address, the console, nor the
 * browser's storage. */
export async function expectNowhere(page: Page, secret: string): Promise<void> {
  await expect(page.locator(".reveal-value")).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
  expect(page.url()).not.toContain(secret);
  expect((consoles.get(page) ?? []).join("\n")).not.toContain(secret);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]))).not.toContain(secret);
}

/** Fails with everything axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join("\n")}`)).toEqual([]);
}

export { expect };
