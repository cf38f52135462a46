/**
 * Other people's client libraries, as applications that a person uses in a browser: npm `openid-client` and Python
 * `Authlib`, each with a secret and without, from discovery to logout.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, test, type Page } from "@playwright/test";
import { Server } from "../app/server.ts";
import { Api, type App } from "./api.ts";
import { answer, choosePassword, signIn } from "./person.ts";

const python = process.env.CLIENTS_PYTHON ?? "python3";

const libraries = [
  { name: "openid-client", command: [process.execPath, "openid_client_app.mjs"] },
  { name: "Authlib", command: [python, "authlib_app.py"] },
];
const kinds = ["confidential", "public"] as const;

/** An application that runs. */
class Running {
  private constructor(
    readonly origin: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(command: string[], server: Server, app: App): Promise<Running> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        NO_PROXY: "127.0.0.1",
        // Authlib refuses plain http unless it is told that this is a test.
        AUTHLIB_INSECURE_TRANSPORT: "1",
        PYTHONDONTWRITEBYTECODE: "1",
        ISSUER: server.url,
        CLIENT_ID: app.clientId,
        ...(app.secret ? { CLIENT_SECRET: app.secret } : {}),
      },
    });
    let said = "";
    const origin = await new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        const ready = /ready: (\S+)/.exec(said)?.[1];
        if (ready) resolve(ready);
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the application ended with ${code}:\n${said}`)));
    });
    return new Running(origin, child);
  }

  /** Takes a step of the application in the person's browser, and reads what it says. */
  async step(page: Page, path: string): Promise<Record<string, unknown>> {
    await page.goto(this.origin + path);
    return said(page);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
  }
}

/** What the application says on its page. */
async function said(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await page.locator("body").innerText()) as Record<string, unknown>;
}

/** The `state` of each authorization request that a browser makes in the open. */
function statesOf(page: Page): string[] {
  const states: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    const state = url.pathname === "/oauth2/authorize" ? url.searchParams.get("state") : null;
    if (state) states.push(state);
  });
  return states;
}

for (const { name, command } of libraries) {
  for (const kind of kinds) {
    test(`${name} as a ${kind} client, from discovery to logout`, async ({ page }) => {
      const server = await Server.start();
      const api = await Api.of(server);
      const app = kind === "public" ? await api.registerPublic() : await api.register();
      expect(app.secret === undefined).toBe(kind === "public");
      const running = await Running.start(command, server, app);
      const isCallback = (url: URL) => url.origin === running.origin && url.pathname === "/callback";
      const states = statesOf(page);
      try {
        // The first person signs in, has to choose a password, and says no.
        await page.goto(`${running.origin}/login`);
        await signIn(page, server.first);
        await choosePassword(page, server.first);
        await answer(page, "Deny");
        await page.waitForURL(isCallback);
        let told = new URL(page.url()).searchParams;
        expect(told.get("error")).toBe("access_denied");
        expect(told.get("iss")).toBe(server.url);
        expect(told.get("state")).toBeTruthy();
        if (states.length > 0) expect(told.get("state")).toBe(states.at(-1));
        expect((await said(page)).error).toBe("access_denied");

        // Asked again, they say yes. The library checks state, nonce, issuer, signature and times.
        await page.goto(`${running.origin}/login`);
        await answer(page, "Allow");
        await page.waitForURL(isCallback);
        told = new URL(page.url()).searchParams;
        expect(told.get("iss")).toBe(server.url);
        if (states.length > 0) expect(told.get("state")).toBe(states.at(-1));
        const signedIn = (await said(page)) as { claims?: Record<string, unknown>; scope?: string; expires_in?: number };
        expect(signedIn.claims, JSON.stringify(signedIn)).toMatchObject({ iss: server.url, aud: app.clientId });
        expect(signedIn.expires_in).toBe(3600);
        expect(signedIn.scope?.split(" ")).toEqual(expect.arrayContaining(["openid", "profile", "email"]));
        const sub = signedIn.claims?.sub;

        const info = await running.step(page, "/userinfo");
        expect(info).toMatchObject({ sub, name: "Administrator", email: server.first.email });

        // A public client gets another refresh token each time; a confidential one keeps its own.
        const refreshed = await running.step(page, "/refresh");
        expect(refreshed).toEqual({ another_access_token: true, another_refresh_token: kind === "public" });

        // To ask about a token a client has to authenticate.
        const known = await running.step(page, "/introspect");
        if (kind === "public") {
          expect(known, JSON.stringify(known)).toMatchObject({ error: "invalid_client", status: 401 });
        } else {
          expect(known, JSON.stringify(known)).toMatchObject({ active: true, client_id: app.clientId, sub, username: server.first.email });
        }

        expect(await running.step(page, "/revoke")).toEqual({ revoked: true });
        if (kind === "confidential") {
          expect(await running.step(page, "/introspect")).toMatchObject({ active: false });
        }
        const afterwards = await running.step(page, "/refresh");
        expect(afterwards.error, JSON.stringify(afterwards)).toBe("invalid_grant");

        // What was allowed is remembered: the next sign-in asks nothing.
        await page.goto(`${running.origin}/login`);
        await page.waitForURL(isCallback);
        expect((await said(page)).claims).toMatchObject({ sub });

        await page.goto(`${running.origin}/logout`);
        await page.waitForURL((url) => url.origin === running.origin && url.pathname === "/signed-out");
        expect(new URL(page.url()).searchParams.get("state")).toBe("over");
        expect(await said(page)).toEqual({ signed_out: true });
        await page.goto(`${server.url}/account`);
        await expect(page).toHaveURL(`${server.url}/sign-in`);

        // Without a person at hand the application is told so.
        await page.goto(`${running.origin}/login?prompt=none`);
        await page.waitForURL(isCallback);
        expect((await said(page)).error).toBe("login_required");
      } finally {
        await running.stop();
        await server.stop();
      }
    });
  }
}
