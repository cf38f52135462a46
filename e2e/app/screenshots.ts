/** Two screens as they look on an ordinary day, for the README. */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { askForToken, type Schema } from "./api.ts";
import { arrived, expect, inDays, test, visit } from "./fixtures.ts";

const pictures = join(import.meta.dirname, "../../web/screenshots");

interface Shown extends Partial<Schema["CreateClient"]> {
  name: string;
  /** How many days ago it was made. */
  made: number;
  /** How many minutes ago it was last used; never, without it. */
  used?: number;
}

const production = { env: "production" };
const clients: Shown[] = [
  { name: "Build pipeline", profile: "service_account", owner: "Developer tools", role: "admin", labels: { env: "ci" }, expires_at: inDays(89), made: 276, used: 12 },
  { name: "Catalogue import", profile: "service_account", owner: "Logistics", role: "member", made: 501, used: 190_000 },
  { name: "Customer portal", profile: "app", owner: "Web", redirect_uris: ["https://portal.example.com/callback"], labels: production, made: 340, used: 3 },
  { name: "Invoice archive", profile: "service_account", owner: "Billing", role: "member", labels: production, expires_at: inDays(182), made: 183, used: 760 },
  { name: "Label printing", profile: "tenant_client", owner: "Logistics", roles: ["tenant_member"], labels: production, made: 33, used: 44 },
  { name: "Nightly backup", profile: "short_lived", owner: "Infrastructure", roles: ["tenant_member"], labels: production, made: 410, used: 540 },
  { name: "Partner freight", profile: "api_access", client_id: "partner-freight", permissions: ["users:view", "groups:change"], owner: "Logistics", expires_at: inDays(301), made: 64, used: 95 },
  {
    name: "Payment gateway",
    profile: "service_account",
    description: "Settles card payments and books them in the ledger.",
    owner: "Payments",
    contacts: ["payments@example.com"],
    role: "member",
    labels: { ...production, pci: "yes" },
    notes: "Deploys on Tuesdays only. Rotate with a grace of a week.",
    expires_at: inDays(364),
    made: 128,
    used: 1,
  },
  { name: "Staging smoke tests", profile: "service_account", owner: "Developer tools", role: "member", labels: { env: "staging" }, expires_at: inDays(0.8), made: 89, used: 26 },
  { name: "Warehouse sync", profile: "service_account", owner: "Logistics", role: "member", labels: production, expires_at: inDays(5.5), made: 359, used: 2 },
];

const SHOWN = "Payment gateway";
/** The server has just been started; on an ordinary day it has run for long. */
const REQUESTS = [14, 11, 9, 8, 8, 10, 19, 42, 88, 131, 147, 152, 128, 139, 161, 156, 143, 117, 84, 61, 47, 36, 27, 18, 16];

async function asAfterALongTime(page: Page): Promise<void> {
  const back = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString().replace(/\.\d+/, "");
  const age = (client: Schema["Client"]) => {
    const known = clients.find((it) => it.name === client.name);
    const made = back((known?.made ?? 620) * 86_400_000);
    client.created_at = made;
    client.updated_at = made;
    if (known && !known.used) return;
    client.last_used_at = back((known?.used ?? 5) * 60_000);
  };
  await page.route(/\/api\/v1\/clients(\/[0-9a-f-]+)?(\?|$)/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as Schema["Client"] & Schema["ClientList"];
    (body.items ?? [body]).forEach(age);
    await route.fulfill({ response, json: body });
  });
  await page.route(/\/api\/v1\/clients\/[0-9a-f-]+\/usage/, async (route) => {
    const response = await route.fetch();
    const usage = (await response.json()) as Schema["Usage"];
    usage.items.forEach((hour, index) => {
      hour.accepted = REQUESTS[(new Date(hour.start).getUTCHours() + 1) % 24] ?? 0;
      hour.refused = index === 9 ? 12 : index === 10 ? 5 : 0;
    });
    await route.fulfill({ response, json: usage });
  });
}

test("the list of clients and a client", async ({ page, api, server }) => {
  let shown = "";
  for (const { made: _, used, ...wanted } of clients) {
    const { client, client_secret } = await api.call("post", "/api/v1/clients", {}, wanted as Schema["CreateClient"]);
    if (wanted.profile === "tenant_client") await api.call("post", "/api/v1/clients/{id}/credentials", { id: client.id }, {});
    if (wanted.name === "Catalogue import") await api.call("post", "/api/v1/clients/{id}/deactivate", { id: client.id });
    if (wanted.name !== SHOWN) continue;
    shown = client.id;
    await askForToken(server.url, client.client_id, client_secret ?? "");
  }
  const { items } = await api.call("get", "/api/v1/clients");
  const operator = items.find((it) => it.name === "Operator")?.id ?? "";
  await api.call("patch", "/api/v1/clients/{id}", { id: operator }, { owner: "Platform" });
  await asAfterALongTime(page);

  await visit(page, "/admin/clients", "Clients");
  await expect(page.getByRole("row").filter({ hasText: SHOWN })).toContainText(/ ago|just now/);
  await page.screenshot({ path: join(pictures, "clients.png") });

  await page.getByRole("link", { name: SHOWN, exact: true }).click();
  await arrived(page, SHOWN);
  expect(page.url()).toContain(shown);
  await expect(page.locator("main svg.chart, main .chart").first()).toBeVisible();
  // Not above the chart, which would show the hour below it.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(pictures, "client.png") });
});
