import { expect, expectAccessible, test } from "./fixtures.ts";

test("the address holds search, filter and order, and Back takes them away", async ({ admin: page }) => {
  await page.getByRole("searchbox").fill("oper");
  await expect(page).toHaveURL(/q=oper/);
  await page.getByRole("button", { name: "Next expiry" }).click();
  await expect(page).toHaveURL(/sort=usable_until/);
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=/);
  await expect(page.getByRole("searchbox")).toHaveValue("oper");
  await expectAccessible(page);
});

for (const path of ["/admin/", "/admin/users", "/admin/groups", "/admin/clients", "/admin/clients?deleted=true", "/admin/clients/new", "/admin/activity", "/admin/account"]) {
  test(`${path} is accessible and fits its width`, async ({ admin: page }) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator(".skeleton")).toHaveCount(0);
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
}
