import { askForToken } from "./api.ts";
import { arrived, expect, expectAccessible, inDays, test, visit } from "./fixtures.ts";

test("what needs a person leads to the list with that filter, and Back returns", async ({ page, api, server }) => {
  await api.account("Ends tomorrow", { expires_at: inDays(0.9), owner: "Billing" });
  const refused = await api.account("Misconfigured");
  for (let i = 0; i < 12; i++) await askForToken(server.url, refused.client.client_id, "wrong");

  await visit(page, "/admin/");
  const soon = page.getByRole("link", { name: /^Within a day/ });
  await expect(soon).not.toContainText(/^Within a day0/);
  await expectAccessible(page);
  await soon.click();
  await expect(page).toHaveURL(/\/clients\?expires=1$/);
  await expect(page.getByRole("link", { name: "Ends tomorrow", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Misconfigured", exact: true })).toHaveCount(0);
  await page.goBack();

  const refusals = page.getByRole("link", { name: /Refused requests/ });
  await expect(async () => {
    await page.reload();
    await expect(refusals).toContainText("client", { timeout: 3000 });
  }).toPass();
  await refusals.click();
  await expect(page.getByText("Refused within a day")).toBeVisible();
  await expect(page.getByRole("link", { name: "Misconfigured", exact: true })).toBeVisible();
  await page.goBack();
  await page.getByRole("link", { name: /Without an owner/ }).click();
  await page.getByRole("button", { name: "Remove filter Without an owner" }).click();
  await expect(page).not.toHaveURL(/unowned/);
});

test("the chart has its figures as a table, and its period in the address", async ({ page }) => {
  await visit(page, "/admin/");
  await page.getByLabel("Period").selectOption("7d");
  await expect(page).toHaveURL(/period=7d/);
  await page.getByText("Show as a table").click();
  await expect(page.locator(".chart-table tbody tr")).toHaveCount(168);
  await page.goBack();
  await expect(page).not.toHaveURL(/period/);
});

test("the colours are chosen, and remembered", async ({ page }) => {
  await visit(page, "/admin/", "Overview");
  const choose = async (name: string) => {
    await page.getByRole("button", { name: /^Account: / }).click();
    await page.getByRole("menuitemradio", { name }).click();
  };
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await choose("Dark");
  const dark = await ground();
  await page.reload();
  await arrived(page, "Overview");
  expect(await ground()).toBe(dark);
  await expectAccessible(page);
  await choose("Light");
  await expect.poll(ground).not.toBe(dark);
  await expectAccessible(page);
});
