/** Buttons that open a list of things to do. */
import type { Locator, Page } from "@playwright/test";
import { arrived, expect, expectAccessible, expectFit, tabTo, test, visit } from "./fixtures.ts";

/** At the foot of the navigation, or at the top of a narrow window. */
const account = (page: Page) => page.getByRole("button", { name: /^Account: / });
const menu = (page: Page) => page.getByRole("menu");
const item = (page: Page, name: string) => menu(page).getByText(name, { exact: true }).locator("..");

/** The menu is whole in the window, and the page has not grown by it. */
async function expectWithin(page: Page, open: Locator): Promise<void> {
  const place = await open.boundingBox();
  const room = page.viewportSize();
  if (!place || !room) throw new Error("there is no menu");
  expect(place.x).toBeGreaterThanOrEqual(0);
  expect(place.y).toBeGreaterThanOrEqual(0);
  expect(place.x + place.width).toBeLessThanOrEqual(room.width);
  expect(place.y + place.height).toBeLessThanOrEqual(room.height);
  await expectFit(page);
}

test("a menu is walked through and used by keyboard alone", async ({ admin: page }) => {
  await tabTo(page, account(page));
  await expect(account(page)).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Enter");
  await expect(account(page)).toHaveAttribute("aria-expanded", "true");
  await expect(item(page, "My account")).toBeFocused();
  for (const [key, name] of [
    ["ArrowDown", "System"],
    ["End", "Sign out"],
    ["ArrowDown", "My account"],
    ["ArrowUp", "Sign out"],
    ["Home", "My account"],
    ["s", "System"],
    ["s", "Sign out"],
    ["S", "System"],
    ["x", "System"],
    ["d", "Dark"],
  ] as const) {
    await page.keyboard.press(key);
    await expect(item(page, name), key).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(menu(page)).toBeHidden();
  await expect(account(page)).toBeFocused();

  // The arrows open it, too: at its beginning or at its end.
  await page.keyboard.press("ArrowUp");
  await expect(item(page, "Sign out")).toBeFocused();
  await expect(page.getByRole("menuitemradio", { name: "Dark" })).toBeChecked();
  await expect(page.getByRole("menuitemradio", { name: "System" })).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(menu(page)).toBeHidden();
  await expect(account(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(item(page, "My account")).toBeFocused();

  // Tab goes on in the page, from the button.
  await page.keyboard.press("Tab");
  await expect(menu(page)).toBeHidden();
  await expect(account(page)).not.toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(account(page)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(item(page, "My account")).toBeFocused();
  await page.keyboard.press("Space");
  await arrived(page, "My account");
  await expect(menu(page)).toBeHidden();
});

test("a menu closes by a press beside it, by Esc and by Back, and does nothing by that", async ({ admin: page }) => {
  await account(page).click();
  await expect(item(page, "My account")).toBeVisible();
  await page.getByRole("heading", { level: 1, name: "Clients" }).click();
  await expect(menu(page)).toBeHidden();
  await account(page).click();
  await page.keyboard.press("Escape");
  await expect(menu(page)).toBeHidden();
  await expect(account(page)).toBeFocused();
  await account(page).click();
  await item(page, "My account").click();
  await arrived(page, "My account");
  await account(page).click();
  await expect(menu(page)).toBeVisible();
  await page.goBack();
  await arrived(page, "Clients");
  await expect(menu(page)).toBeHidden();
});

test("the system's theme is kept to again, and a person signs out from any screen", async ({ server, invite }) => {
  const { page, user } = await invite("member");
  await visit(page, `${server.url}/admin/account`, "My account");
  await page.getByRole("button", { name: `Account: ${user.name}` }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await account(page).click();
  await page.getByRole("menuitemradio", { name: "System" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await account(page).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
});

test("menus stay within any window, and axe finds nothing in them in either colours", async ({ page }) => {
  await visit(page, "/admin/activity", "Activity");
  for (const button of [account(page), page.getByRole("button", { name: "Export" })]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await button.click();
      await expectWithin(page, menu(page));
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    }
    for (const [width, height] of [[360, 640], [360, 320], [768, 600], [1280, 400], [1920, 1080]] as const) {
      await page.setViewportSize({ width, height });
      await button.click();
      await expectWithin(page, menu(page));
      await page.keyboard.press("Escape");
      await expect(menu(page)).toBeHidden();
    }
  }
});
