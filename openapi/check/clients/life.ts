// The life of a service account, told by the client that openapi-typescript and openapi-fetch make.
import assert from "node:assert/strict";
import { env } from "node:process";
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const baseUrl = env["LATCHKEY_URL"] ?? "";
const anyone = createClient<paths>({ baseUrl });

async function ask(client_id: string, client_secret: string) {
  return await anyone.POST("/oauth2/token", {
    body: { grant_type: "client_credentials", client_id, client_secret },
    bodySerializer: (body) => new URLSearchParams(Object.entries(body)),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
}
async function works(id: string, secret: string): Promise<string> {
  const { data, error } = await ask(id, secret);
  assert(data, JSON.stringify(error));
  return data.access_token;
}
async function fails(id: string, secret: string): Promise<void> {
  const { error } = await ask(id, secret);
  assert.equal(error?.error, "invalid_client");
}
const did = (what: string): void => console.log(`typescript: ${what}`);

const token = await works(env["LATCHKEY_CLIENT_ID"] ?? "", env["LATCHKEY_CLIENT_SECRET"] ?? "");
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
did("a token by client_credentials");

async function make(name: string) {
  const { data, error } = await api.POST("/api/v1/clients", {
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { profile: "service_account", name, role: "member" },
  });
  assert(data?.client_secret && data.credential, JSON.stringify(error));
  return { client: data.client, secret: data.client_secret, credential: data.credential.id };
}
const billing = await make("TypeScript billing");
const archive = await make("TypeScript archive");
const client_id = billing.client.client_id;
const path = { id: billing.client.id };
await works(client_id, billing.secret);
did("a service account made, and a token got with it");

const query = { q: "typescript", profile: "service_account", sort: "name", limit: 1 };
const page = await api.GET("/api/v1/clients", { params: { query } });
assert(page.data?.next, JSON.stringify(page.error));
const rest = await api.GET("/api/v1/clients", { params: { query: { ...query, cursor: page.data.next } } });
assert(rest.data && !rest.data.next, JSON.stringify(rest.error));
const names = [...page.data.items, ...rest.data.items].map((it) => it.name);
assert.deepEqual(names, ["TypeScript archive", "TypeScript billing"]);
did("a filtered list, by pages");

async function tag(id: string): Promise<string> {
  const { response } = await api.GET("/api/v1/clients/{id}", { params: { path: { id } } });
  return response.headers.get("ETag") ?? assert.fail("no ETag");
}
const change = { params: { path, header: { "If-Match": await tag(path.id) } }, body: { description: "Reads invoices." } };
const changed = await api.PATCH("/api/v1/clients/{id}", change);
assert.equal(changed.data?.description, "Reads invoices.");
const refused = await api.PATCH("/api/v1/clients/{id}", change);
assert.equal(refused.error?.status, 412);
assert(refused.error.detail);
did("read, changed with If-Match, and refused with a stale one");

const rotated = await api.POST("/api/v1/clients/{id}/credentials/{credential}/rotate", {
  params: { path: { ...path, credential: billing.credential } },
  body: { grace: 600 },
});
assert(rotated.data, JSON.stringify(rotated.error));
await works(client_id, billing.secret);
await works(client_id, rotated.data.client_secret);
const fresh = await api.POST("/api/v1/clients/{id}/regenerate-secret", { params: { path } });
assert(fresh.data?.client_secret, JSON.stringify(fresh.error));
await works(client_id, fresh.data.client_secret);
await fails(client_id, rotated.data.client_secret);
did("a secret rotated and regenerated");

const off = await api.POST("/api/v1/clients/{id}/deactivate", { params: { path } });
assert.equal(off.data?.status, "inactive");
await fails(client_id, fresh.data.client_secret);
did("deactivated: no token");

for (const { client } of [billing, archive]) {
  const header = { "If-Match": await tag(client.id) };
  const gone = await api.DELETE("/api/v1/clients/{id}", { params: { path: { id: client.id }, header } });
  assert.equal(gone.response.status, 204);
}
const missing = await api.GET("/api/v1/clients/{id}", { params: { path: { id: client_id } } });
assert.equal(missing.error?.status, 404);
did("deleted");
