import { Api } from "./api.ts";
import { expect, expectAccessible, expectNowhere, test } from "./fixtures.ts";

const SECRET = `whsec_${Buffer.from("no one else knows this one").toString("base64")}`;

test("settings are saved, and the webhook's secret is shown nowhere afterwards", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  await page.goto("/admin/settings");
  await expect(page.getByLabel("Token lifetime")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Token lifetime").fill("soon");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByLabel("Token lifetime")).toBeFocused();
  await expect(page.locator(".field-error")).toHaveCount(1);
  await expectAccessible(page);
  await page.getByLabel("Token lifetime").fill("7m");
  await page.getByLabel("Send mails").uncheck();
  await page.getByLabel("A week before").uncheck();
  await page.getByLabel("Address").fill("https://hooks.example.org/latchkey");
  await page.getByLabel("Signing secret").fill(SECRET);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("settings was saved")).toBeVisible();
  await expect(page.getByLabel("Signing secret")).toHaveValue("");
  await expectNowhere(page, SECRET);
  await page.reload();
  await expect(page.getByLabel("Token lifetime")).toHaveValue("7m");
  await expect(page.getByText("Now 7 minutes.")).toBeVisible();
  await expect(page.getByLabel("A week before")).not.toBeChecked();
  await expect(page.getByLabel("Send mails")).not.toBeChecked();
  const saved = await api.call("get", "/api/v1/settings");
  expect(saved.client_credentials_seconds).toBe(420);
  expect(saved.notice_days).toEqual([90, 30, 1]);
  await api.call("put", "/api/v1/settings", {}, {});
});

test("what somebody else saved meanwhile is shown beside one's own", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  await page.goto("/admin/settings");
  await page.getByLabel("Token lifetime").fill("9m");
  await api.call("put", "/api/v1/settings", {}, { client_credentials_lifetime: "11m" });
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { name: "Somebody else changed it meanwhile" })).toBeVisible();
  await expect(page.getByText("11m")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save my choice" }).click();
  await expect(page.getByText("Now 9 minutes.")).toBeVisible();
  await api.call("put", "/api/v1/settings", {}, {});
});
