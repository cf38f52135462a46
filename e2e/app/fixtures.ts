/** Someone who is signed in, on fresh data. */
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Server } from "./server.ts";

const PASSWORD = "a long sentence nobody else types";

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

/** Fails with everything axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join("\n")}`)).toEqual([]);
}

export { expect };
