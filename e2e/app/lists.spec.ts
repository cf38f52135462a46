import type { Schema } from "./api.ts";
import { expect, follow, inDays, test, unique, visit } from "./fixtures.ts";

test("the address holds search, filter and order, and Back takes them away", async ({ admin: page }) => {
  await page.getByRole("searchbox").fill("oper");
  await expect(page).toHaveURL(/q=oper/);
  await page.getByRole("button", { name: "Next expiry" }).click();
  await expect(page).toHaveURL(/sort=usable_until/);
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=/);
  await expect(page.getByRole("searchbox")).toHaveValue("oper");
});

test("a filtered list survives a reload and can be sent as an address", async ({ page, api }) => {
  const owner = unique("Team");
  await api.account("Kept apart", { owner, role: "admin" });
  await api.account("Left out", { owner });
  await visit(page, `/admin/clients?owner=${owner}`, "Clients");
  const rows = page.getByRole("table", { name: "Clients" }).locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await page.getByLabel("Role", { exact: true }).selectOption("admin");
  await expect(rows).toHaveCount(1);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await expect(page.getByLabel("Role", { exact: true })).toHaveValue("admin");
  await page.goBack();
  await expect(rows).toHaveCount(2);
});

test("each tab of the list shows what belongs to it, and nothing of the tab before", async ({ page, api }) => {
  const owner = unique("Tabs");
  const common = { owner, name: unique("Of a tab") };
  await api.call("post", "/api/v1/clients", {}, { profile: "app", redirect_uris: ["https://app.example/cb"], ...common } as Schema["CreateClient"]);
  await api.call("post", "/api/v1/clients", {}, { profile: "short_lived", ...common } as Schema["CreateClient"]);
  await api.call("post", "/api/v1/clients", {}, { profile: "api_access", client_id: unique("partner"), expires_at: inDays(9), permissions: [], ...common } as Schema["CreateClient"]);
  const rows = page.getByRole("table", { name: "Clients" }).locator("tbody tr");
  await visit(page, `/admin/clients?owner=${owner}`, "Clients");
  await expect(rows).toHaveCount(3);
  for (const profile of ["app", "short_lived", "api_access"]) {
    await follow(page, `/admin/clients?profile=${profile}&owner=${owner}`, "Clients");
    await expect(rows).toHaveCount(1);
  }
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await expect(rows).toHaveCount(3);
});

test("a long list is leafed through there and back, page by page", async ({ page, api }) => {
  const owner = unique("Many");
  await Promise.all(Array.from({ length: 27 }, (_, index) => api.account(`Leaf ${String(index).padStart(2, "0")}`, { owner })));
  await visit(page, `/admin/clients?owner=${owner}&limit=25`, "Clients");
  await expect(page.getByText("25 of 27 clients")).toBeVisible();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(page.getByRole("link", { name: "Leaf 26", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Leaf 00", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(page.getByRole("link", { name: "Leaf 00", exact: true })).toBeVisible();
  await page.getByLabel("Rows").selectOption("100");
  await expect(page.getByText("27 clients")).toBeVisible();
});

test("an empty list teaches, and a search without a hit is cleared", async ({ page }) => {
  await visit(page, "/admin/clients?q=nothing+is+called+this", "Clients");
  await expect(page.getByText("No client matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(page).not.toHaveURL(/q=/);
  await expect(page.getByText("No client matches")).toHaveCount(0);
});

test("a deleted client is restored from the list of the deleted ones", async ({ page, api }) => {
  const made = await api.account(unique("Deleted by mistake"));
  await visit(page, `/admin/clients?q=${made.client.name.replaceAll(" ", "+")}`, "Clients");
  await page.getByRole("button", { name: `Delete ${made.client.name}` }).click();
  await expect(page.getByRole("button", { name: "Keep it as it is" })).toBeFocused();
  await page.getByRole("button", { name: "Delete client", exact: true }).click();
  await expect(page.getByText("No client matches")).toBeVisible();
  await visit(page, "/admin/clients?deleted=true", "Clients");
  await page.getByRole("button", { name: `Restore ${made.client.name}` }).click();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(page.getByRole("button", { name: `Restore ${made.client.name}` })).toHaveCount(0);
  await visit(page, `/admin/clients/${made.client.id}`, made.client.name);
  await expect(page.getByRole("link", { name: "Edit", exact: true })).toBeVisible();
});

test("what was done is found in the activity by action, time and person, and is exported", async ({ page, api }) => {
  const name = unique("Written down");
  const made = await api.account(name);
  await api.call("patch", "/api/v1/clients/{id}", { id: made.client.id }, { name: `${name} anew` });
  await visit(page, "/admin/activity", "Activity");
  await page.getByLabel("Action").selectOption("client.updated");
  await expect(page).toHaveURL(/action=client.updated/);
  await expect(page.getByText(`${name} anew`).first()).toBeVisible();
  await page.getByLabel("Time").selectOption("1");
  await expect(page.getByText(`${name} anew`).first()).toBeVisible();
  for (const format of ["CSV", "JSON"]) {
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: format }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${format.toLowerCase()}$`));
    const text = await (await file.createReadStream()).toArray();
    expect(Buffer.concat(text as Buffer[]).toString()).toContain(`${name} anew`);
  }
  await page.getByRole("button", { name: "By me" }).click();
  await expect(page).toHaveURL(/actor=/);
  await page.goBack();
  await expect(page.getByText(`${name} anew`).first()).toBeVisible();
});
