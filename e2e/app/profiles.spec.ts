import { Api } from "./api.ts";
import { expect, expectAccessible, test } from "./fixtures.ts";

test("a kind of client is made, changed and deleted", async ({ admin: page }) => {
  const key = `device_${Date.now()}`;
  await page.goto("/admin/profiles");
  await expect(page.getByRole("link", { name: "Service account" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "New profile" }).click();
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page.getByText("Say what to call these clients")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Name", { exact: true }).fill("Devices");
  await page.getByLabel("Key").fill(key);
  await page.getByLabel("Rights").selectOption("grid");
  await page.getByLabel(/^At most/).fill("3600");
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page.getByRole("heading", { name: "Devices", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/profiles/${key}$`));
  await expect(page.getByText("All of them fit.")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("A secret ends, unless someone says otherwise").selectOption("days");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Say how many")).toBeVisible();
  await page.getByLabel("Days", { exact: true }).fill("90");
  const again = page.waitForResponse((it) => it.request().method() === "GET" && it.url().endsWith(`/profiles/${key}`));
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Devices was saved")).toBeVisible();
  // The page is drawn anew from what is kept.
  await again;
  await page.getByRole("button", { name: "Delete…" }).click();
  await expect(page.getByRole("button", { name: "Keep it" })).toBeFocused();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete profile" }).click();
  await expect(page.getByRole("heading", { name: "Profiles", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Devices" })).toHaveCount(0);
});

test("clients that do not fit stricter rules are named before these are saved", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  const key = `probe_${Date.now()}`;
  await api.call("post", "/api/v1/profiles", {}, { key, name: "Probes", roles: { kind: "ladder" } });
  await api.call("post", "/api/v1/clients", {}, { profile: key, name: "Weather station", role: "member", token_lifetime: 7200 } as never);
  await page.goto(`/admin/profiles/${key}`);
  await page.getByLabel(/^At most/).fill("3600");
  await page.getByRole("button", { name: "Save changes" }).click();
  const dialog = page.getByRole("dialog", { name: "Save rules that clients do not fit?" });
  await expect(dialog.getByRole("link", { name: "Weather station" })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Keep editing" }).click();
  await expect(page.getByText("Nothing is saved yet")).toBeVisible();
  expect((await api.call("get", "/api/v1/profiles/{key}", { key })).token_lifetime.most).toBe(86_400);
  await page.getByRole("button", { name: "Save changes" }).click();
  await dialog.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByText("Probes was saved")).toBeVisible();
  await expect(page.getByRole("link", { name: "Weather station" })).toBeVisible();
  expect((await api.call("get", "/api/v1/profiles/{key}", { key })).token_lifetime.most).toBe(3_600);
});

test("of a built-in kind only the credential policy can be changed", async ({ admin: page }) => {
  await page.goto("/admin/profiles/short_lived");
  await expect(page.getByText("Built in")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete…" })).toHaveCount(0);
  await page.getByLabel("Days at most").fill("4000");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("A whole number from 1 to 3650")).toBeVisible();
  await expectAccessible(page);
});
