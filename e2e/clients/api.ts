/** The management API, as the operator uses it. */
import type { Person, Server } from "../app/server.ts";

/** An application that people can allow. */
export interface App {
  id: string;
  clientId: string;
  /** None of a public one. */
  secret: string | undefined;
}

export class Api {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(server: Server): Promise<Api> {
    const { clientId, clientSecret } = server.operator;
    const answer = await fetch(`${server.url}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    return new Api(server.url, access_token);
  }

  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Registers an application that listens on this machine, at whatever port. */
  async register(fields: Record<string, unknown> = {}): Promise<App> {
    const made = await this.send<{ client: { id: string; client_id: string }; client_secret?: string }>("POST", "/clients", {
      profile: "app",
      name: "Timesheets",
      redirect_uris: ["http://127.0.0.1/callback"],
      post_logout_redirect_uris: ["http://127.0.0.1/signed-out"],
      ...fields,
    });
    return { id: made.client.id, clientId: made.client.client_id, secret: made.client_secret };
  }

  /** Registers one that has no secret. */
  registerPublic(fields: Record<string, unknown> = {}): Promise<App> {
    return this.register({ public: true, token_endpoint_auth_method: "none", ...fields });
  }

  /** Adds a person, and gives the path of the invitation. */
  async invite(email: string, name: string): Promise<{ id: string; path: string }> {
    const made = await this.send<{ user: { id: string }; invitation: { url: string } }>("POST", "/users", {
      email,
      name,
      role: "member",
    });
    return { id: made.user.id, path: new URL(made.invitation.url).pathname };
  }

  /** Adds a person who has joined with this password. */
  async join({ email, password }: Person, name: string): Promise<string> {
    const { id, path } = await this.invite(email, name);
    const page = await fetch(this.url + path);
    const token = /name="form_token" value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
    const answer = await fetch(`${this.url}/invitation`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin: this.url },
      body: new URLSearchParams({
        form_token: token,
        token: path.split("/").at(-1) ?? "",
        new_password: password,
        repeat_password: password,
      }),
    });
    if (answer.status !== 303) throw new Error(`the invitation was answered by ${answer.status}`);
    return id;
  }
}
