/** One of everything, made over the API, for the tests that only look. */
import type { Api, Schema } from "./api.ts";
import { inDays, unique } from "./fixtures.ts";

export interface OneOfEach {
  account: Schema["CreatedClient"];
  /** Its secret that is on its way out. */
  retiring: string;
  /** Its secret that works. */
  live: string;
  apiKey: string;
  app: string;
  apiAccess: string;
  tenantClient: string;
  shortLived: string;
  inactive: string;
  deleted: string;
  user: string;
  invited: string;
  switchedOff: string;
  group: string;
  role: string;
  api: string;
  tenant: string;
  community: string;
}

export async function makeOneOfEach(api: Api): Promise<OneOfEach> {
  const client = async (profile: string, more: Partial<Schema["CreateClient"]>) =>
    (await api.call("post", "/api/v1/clients", {}, { profile, ...more } as Schema["CreateClient"])).client.id;
  const account = await api.account("Warehouse sync", {
    description: "Carries orders to the warehouse.",
    owner: "Logistics",
    contacts: ["logistics@example.com"],
    labels: { env: "production" },
    notes: "Ask the night shift first.",
    expires_at: inDays(20),
  });
  const { id } = account.client;
  const first = account.credential?.id ?? "";
  const rotated = await api.call("post", "/api/v1/clients/{id}/credentials/{credential}/rotate", { id, credential: first }, { description: "Second data centre" });
  const key = await api.call("post", "/api/v1/clients/{id}/api-keys", { id }, { label: "Monitoring probe" });
  const inactive = await client("service_account", { name: "Old importer", role: "member" });
  await api.call("post", "/api/v1/clients/{id}/deactivate", { id: inactive });
  const deleted = await client("service_account", { name: "Gone for good", role: "member" });
  await api.call("delete", "/api/v1/clients/{id}", { id: deleted });

  const person = async (name: string, invite: boolean) =>
    (await api.call("post", "/api/v1/users", {}, { name, email: `${unique("person")}@example.com`, role: "member", invite })).user.id;
  const user = await person("Ada Kovács", false);
  const switchedOff = await person("Bo Lindqvist", false);
  await api.call("post", "/api/v1/users/{id}/deactivate", { id: switchedOff });
  const group = (await api.call("post", "/api/v1/groups", {}, { name: unique("Night shift"), description: "Who is awake." })).id;
  await api.call("put", "/api/v1/groups/{id}/members/{user}", { id: group, user });

  const registered = await api.call("post", "/api/v1/apis", {}, {
    key: unique("shop"),
    audience: `https://${unique("shop").replace("_", "-")}.example/api`,
    name: "Shop",
    token_format: "jwt",
    default: false,
    introspection_clients: [],
    permissions: [{ key: "orders", label: "Orders", access: ["view", "change"] }, { key: "prices", label: "Prices", access: ["view"] }],
  });
  const role = (await api.call("post", "/api/v1/roles", {}, { scope: "tenant", key: unique("desk"), name: "Front desk", permissions: ["users:change"] })).id;
  const tenant = (await api.call("post", "/api/v1/tenants", {}, { key: unique("north"), name: "North" })).id;
  const community = (await api.call("post", "/api/v1/communities", {}, { key: unique("guild"), name: "Guild" })).id;
  return {
    account,
    retiring: first,
    live: rotated.credential.id,
    apiKey: key.api_key.id,
    app: await client("app", { name: "Portal", redirect_uris: ["https://portal.example/callback"] }),
    apiAccess: await client("api_access", { client_id: unique("partner"), name: "Partner", permissions: ["groups:change"], expires_at: inDays(365), notes: "Signed in March." }),
    tenantClient: await client("tenant_client", { name: "Parcel labels", roles: ["tenant_member"] }),
    shortLived: await client("short_lived", { name: "Nightly job" }),
    inactive,
    deleted,
    user,
    invited: await person("Cy Tran", true),
    switchedOff,
    group,
    role,
    api: registered.id,
    tenant,
    community,
  };
}
