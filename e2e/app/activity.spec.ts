import { readFile } from "node:fs/promises";
import { Api } from "./api.ts";
import { expect, expectAccessible, test } from "./fixtures.ts";

test("activity is narrowed down by what was done, by whom, to what and when, all of it in the address", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const name = `Night shift ${Date.now()}`;
  const group = await api.call("post", "/api/v1/groups", {}, { name });
  await api.call("patch", "/api/v1/groups/{id}", { id: group.id }, { description: "On call." });
  await page.goto("/admin/activity");
  await page.getByLabel("Action").selectOption({ label: "Group changed" });
  await expect(page).toHaveURL(/action=group\.updated/);
  const event = page.locator(".event").filter({ hasText: name });
  await expect(event).toHaveCount(1);
  await expectAccessible(page);
  await event.getByRole("link", { name: /^About the same/ }).click();
  await expect(page).toHaveURL(new RegExp(`object=${group.id}`));
  await expect(page.locator(".event")).toHaveCount(2);
  await page.getByLabel("Time").selectOption({ label: "From day to day…" });
  await page.getByLabel("To (UTC)").fill("2020-01-01");
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await expect(page).toHaveURL(/to=2020-01-01/);
  await page.getByLabel("To (UTC)").fill("2100-01-01");
  await expect(page.locator(".event")).toHaveCount(2);
  await page.reload();
  await expect(page.locator(".event")).toHaveCount(2);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "JSON, for programs" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("latchkey-activity.json");
  const events = JSON.parse(await readFile(await file.path(), "utf8")) as { action: string }[];
  expect(events.map((it) => it.action)).toEqual(["group.updated", "group.created"]);
  await page.getByRole("button", { name: /^Remove filter About/ }).click();
  await expect(page).not.toHaveURL(/object=/);
});

test("a file has all events that fit, not only those that are shown", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const group = await api.call("post", "/api/v1/groups", {}, { name: `Long story ${Date.now()}` });
  for (let turn = 0; turn < 11; turn += 1) {
    await api.call("patch", "/api/v1/groups/{id}", { id: group.id }, { description: `Turn ${turn}` });
  }
  await page.goto(`/admin/activity?object=${group.id}&limit=10`);
  await expect(page.locator(".event")).toHaveCount(10);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "CSV, for spreadsheets" }).click();
  const rows = (await readFile(await (await saved).path(), "utf8")).trim().split("\r\n");
  expect(rows).toHaveLength(13);
});
