import { askForToken } from "./api.ts";
import { expect, expectAccessible, expectNowhere, test, unique, visit } from "./fixtures.ts";

test("service accounts have a screen with a button that makes one, whose secret is shown once", async ({ page, server }) => {
  const name = unique("Warehouse");
  const created: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/api/v1/clients")) created.push(request.url());
  });
  await visit(page, "/admin/clients?profile=service_account", "Clients");
  await page.getByRole("link", { name: "New client" }).first().click();
  const card = page.getByRole("link", { name: /^Service account/ });
  // Where there is none yet, the empty list leads straight to the form.
  await card.or(page.getByLabel("Name")).first().waitFor();
  if (await card.isVisible()) await card.click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Description (optional)", { exact: true }).fill("Carries orders");
  await page.getByRole("radio", { name: /^Admin/ }).check();
  await page.getByRole("button", { name: "Create client" }).dblclick();

  const reveal = page.getByRole("dialog", { name: `Store the secret of ${name}` });
  await expect(reveal).toBeVisible();
  await expectAccessible(page);
  const [id, secret] = await page.locator(".reveal-value code").allInnerTexts();
  await reveal.getByRole("button", { name: "Copy client secret" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  for (const language of [".env", "curl", "Python", "TypeScript", "Rust"]) {
    await reveal.getByRole("tab", { name: language }).click();
    await expect(reveal.getByRole("tabpanel")).toContainText(language === ".env" ? (secret ?? "") : "LATCHKEY_CLIENT_SECRET");
  }
  // Neither Esc nor a press beside it closes it.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.mouse.click(4, 4);
  await expect(reveal).toBeVisible();
  await reveal.getByRole("button", { name: "I have stored it" }).click();

  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  expect(created).toHaveLength(1);
  await expectNowhere(page, secret ?? "");
  const token = await askForToken(server.url, id ?? "", secret ?? "");
  expect(token).toMatchObject({ token_type: "Bearer", expires_in: 86_400 });
  expect(token).not.toHaveProperty("refresh_token");
});

for (const away of ["reload", "Back"]) {
  test(`a secret that is shown is gone after ${away}, and never comes again`, async ({ admin: page }) => {
    await page.getByRole("link", { name: "New client" }).first().click();
    await page.getByRole("link", { name: /^Service account/ }).click();
    await page.getByLabel("Name").fill(unique("Shown once"));
    await page.getByRole("button", { name: "Create client" }).click();
    await expect(page.getByRole("dialog")).toContainText("This is the only time it is shown");
    const secret = await page.locator(".reveal-value code").nth(1).innerText();
    if (away === "reload") await page.reload();
    else await page.goBack();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNowhere(page, secret);
    await page.goForward();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expectNowhere(page, secret);
  });
}

test("a name is needed and has at most 255 characters, a description at most 500, before anything is sent", async ({ page }) => {
  let sent = 0;
  page.on("request", (request) => (sent += Number(request.method() === "POST" && request.url().endsWith("/api/v1/clients"))));
  await visit(page, "/admin/clients/new?profile=service_account", "New service account");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByText("Say what to call the client")).toBeVisible();
  await expect(page.getByLabel("Name")).toBeFocused();
  await expectAccessible(page);
  await page.getByLabel("Name").fill("x".repeat(256));
  await page.getByLabel("Description (optional)", { exact: true }).fill("y".repeat(501));
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByText("At most 255 characters")).toBeVisible();
  await expect(page.getByText("At most 500 characters")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("x".repeat(256));
  expect(sent).toBe(0);
});

test("name, description and role are edited, and what a live token may do follows the role", async ({ page, api, server }) => {
  const made = await api.account(unique("Promoted"));
  const { access_token } = await askForToken(server.url, made.client.client_id, made.client_secret ?? "");
  const users = async () => (await fetch(`${server.url}/api/v1/users`, { headers: { authorization: `Bearer ${access_token}` } })).status;
  expect(await users()).toBe(403);
  await visit(page, `/admin/clients/${made.client.id}`, made.client.name);
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByLabel("Name").fill(`${made.client.name} to admin`);
  await page.getByLabel("Description (optional)", { exact: true }).fill("Manages people now");
  await page.getByRole("radio", { name: /^Admin/ }).check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${made.client.name} to admin` })).toBeVisible();
  await expect(page.locator("main").getByText("Manages people now")).toBeVisible();
  expect(await users()).toBe(200);
});

test("a regenerated secret is shown once, and the old one is dead at once", async ({ page, api, server }) => {
  const made = await api.account(unique("Regenerated"));
  const works = async (secret: string) => Boolean((await askForToken(server.url, made.client.client_id, secret)).access_token);
  await visit(page, `/admin/clients/${made.client.id}/credentials`, made.client.name);
  await page.getByRole("button", { name: "Regenerate…" }).click();
  await expect(page.getByRole("button", { name: "Keep the old one" })).toBeFocused();
  await expect(page.getByRole("dialog")).toContainText("Every live secret is dead at once");
  await page.getByRole("button", { name: "Regenerate", exact: true }).dblclick();
  await expect(page.getByRole("dialog", { name: /^Store the secret/ })).toBeVisible();
  const secret = await page.locator(".reveal-value code").nth(1).innerText();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expectNowhere(page, secret);
  expect(await works(secret)).toBe(true);
  expect(await works(made.client_secret ?? "")).toBe(false);
  const rows = page.getByRole("table", { name: "Secrets" }).locator("tbody tr");
  await expect(rows).toHaveCount(2);
});

test("a double click on a form that is sent twice by a bad network makes one client", async ({ page, api }) => {
  const name = unique("Once");
  let calls = 0;
  // The server does it, and its answer is lost on the way.
  await page.route("**/api/v1/clients", async (route) => {
    if (route.request().method() !== "POST" || calls++ > 0) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await visit(page, "/admin/clients/new?profile=service_account", "New service account");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Owner").fill("Logistics");
  await page.getByRole("button", { name: "Create client" }).dblclick();
  await expect(page.getByText("The server cannot be reached")).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue(name);
  await expect(page.getByLabel("Owner")).toHaveValue("Logistics");
  await page.getByRole("button", { name: "Create client" }).click();
  await expect(page.getByRole("dialog", { name: `Store the secret of ${name}` })).toBeVisible();
  const found = await api.call("get", `/api/v1/clients?q=${name}` as "/api/v1/clients");
  expect(found.items).toHaveLength(1);
});
