/** Two screens as they look on an ordinary day, for the README. */
import { join } from "node:path";
import { Api, askForToken, type Schema } from "./api.ts";
import { expect, inDays, test } from "./fixtures.ts";

const pictures = join(import.meta.dirname, "../../web/screenshots");

interface Service extends Partial<Schema["CreateClient"]> {
  name: string;
  /** How many tokens it takes. */
  tokens: number;
}

const services: Service[] = [
  { name: "Metrics collector", owner: "Observability", role: "member", tokens: 9, labels: { env: "production" } },
  { name: "Warehouse sync", owner: "Logistics", role: "member", tokens: 24, labels: { env: "production" }, expires_at: inDays(5.5) },
  { name: "Nightly backup", owner: "Infrastructure", role: "admin", tokens: 2, labels: { env: "production" } },
  { name: "Payment gateway", owner: "Payments", role: "member", tokens: 31, labels: { env: "production", pci: "yes" }, expires_at: inDays(364) },
  { name: "Invoice archive", owner: "Billing", role: "member", tokens: 4, labels: { env: "production" }, expires_at: inDays(182) },
  { name: "Build pipeline", owner: "Developer tools", role: "admin", tokens: 17, labels: { env: "ci" }, expires_at: inDays(89) },
  { name: "Staging smoke tests", owner: "Developer tools", role: "member", tokens: 6, labels: { env: "staging" }, expires_at: inDays(0.8) },
  { name: "Fraud scoring", owner: "Payments", role: "member", tokens: 12, labels: { env: "production" }, expires_at: inDays(271) },
  { name: "Catalogue import", owner: "Logistics", role: "member", tokens: 0, labels: { env: "staging" } },
  { name: "Alert relay", owner: "Observability", role: "member", tokens: 8, labels: { env: "production" } },
];

const SHOWN = "Payment gateway";

test("the list of clients and a client", async ({ admin: page, server }) => {
  const api = await Api.operator(server);
  let shown = "";
  for (const { tokens, ...service } of services) {
    const { client, client_secret } = await api.account(service.name, service);
    for (let i = 0; i < tokens; i++) await askForToken(server.url, client.client_id, client_secret ?? "");
    if (service.name === "Catalogue import") await api.call("post", "/api/v1/clients/{id}/deactivate", { id: client.id });
    if (service.name !== SHOWN) continue;
    shown = client.id;
    await askForToken(server.url, client.client_id, "an old secret");
  }

  await page.goto("/admin/clients");
  // The server writes down what was used every few seconds.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("row").filter({ hasText: SHOWN })).toContainText(/ ago|just now/, { timeout: 2000 });
    await expect(page.getByRole("row").filter({ hasText: "Alert relay" })).toContainText(/ ago|just now/, { timeout: 2000 });
  }).toPass();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.screenshot({ path: join(pictures, "clients.png") });

  await page.goto(`/admin/clients/${shown}`);
  await expect(page.getByRole("heading", { name: SHOWN, level: 1 })).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.screenshot({ path: join(pictures, "client.png") });
});
