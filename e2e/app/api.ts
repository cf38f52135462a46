/** The management API as the operator, typed by the document that the server gives. */
import type { components, paths } from "./schema.ts";
import type { Server } from "./server.ts";

export type Schema = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";
type Path = keyof paths;
type Operation<P extends Path, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : undefined;
type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 ? (R[S] extends { content: infer C } ? C[keyof C] : never) : never }[keyof R]
  : never;

/** Calls of somebody with a token. */
export class Api {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** As the operator client, whose secret the server said at its first start. */
  static async operator(server: Server): Promise<Api> {
    const answer = await askForToken(server.url, server.operator.clientId, server.operator.clientSecret);
    if (!answer.access_token) throw new Error("the operator got no token");
    return new Api(server.url, answer.access_token);
  }

  /** Calls an operation; `at` fills the braces of its path. */
  async call<P extends Path, M extends Method>(
    method: M,
    path: P,
    at: Record<string, string> = {},
    body?: Body<Operation<P, M>>,
  ): Promise<Answer<Operation<P, M>>> {
    const filled = String(path).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(at[name] ?? ""));
    const reply = await fetch(this.url + filled, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json", "if-match": "*" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${filled}: ${reply.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer<Operation<P, M>>;
  }

  /** A service account with its secret. */
  async account(name: string, more: Partial<Schema["CreateClient"]> = {}): Promise<Schema["CreatedClient"]> {
    return this.call("post", "/api/v1/clients", {}, {
      profile: "service_account",
      name,
      role: "member",
      ...more,
    } as Schema["CreateClient"]);
  }
}

/** What the token endpoint answers; an error is an answer, too. */
export async function askForToken(url: string, id: string, secret: string, scope = ""): Promise<Partial<Schema["TokenResponse"]>> {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: id, client_secret: secret, scope });
  const reply = await fetch(`${url}/oauth2/token`, { method: "POST", body: form });
  return (await reply.json()) as Partial<Schema["TokenResponse"]>;
}
