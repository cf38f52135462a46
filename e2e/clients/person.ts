/** What a person does at the pages. */
import { expect, type Page } from "@playwright/test";
import type { Person } from "../app/server.ts";

export const PASSWORD = "a long sentence nobody else types";

/** Fills in the sign-in page and sends it. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Chooses a password where the server wants one, which it does of the first person once. */
export async function choosePassword(page: Page, person: Person): Promise<void> {
  await expect(page.getByRole("heading", { name: "Choose a password" })).toBeVisible();
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("Once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  person.password = PASSWORD;
}

/** Answers the consent page. */
export async function answer(page: Page, button: "Allow" | "Deny"): Promise<void> {
  await expect(page.getByRole("heading", { name: /^Allow .* to use your account\?$/ })).toBeVisible();
  await page.getByRole("button", { name: button }).click();
}
