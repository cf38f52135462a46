/** A server of one's own for each worker: the real executable, a free port, an empty folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const executable = process.env.LATCHKEY ?? join(import.meta.dirname, "../../target/release/latchkey");

export interface Person {
  email: string;
  password: string;
}

export class Server {
  private constructor(
    readonly url: string,
    /** The first person, whose password was made by the server and has to be changed. */
    readonly first: Person,
    /** The client that may do everything. */
    readonly operator: { clientId: string; clientSecret: string },
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-e2e-"));
    const child = spawn(executable, ["--data-dir", folder, "--listen", "127.0.0.1:0", "serve"], {
      env: { ...process.env, ...settings },
    });
    let said = "";
    const url = await new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        const ready = /Latchkey is ready: (\S+)/.exec(said)?.[1];
        if (ready) resolve(ready);
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
    });
    const told = (name: string) => {
      const value = new RegExp(`^\\s*${name}\\s+(\\S+)`, "m").exec(said)?.[1];
      if (!value) throw new Error(`the server did not say its ${name}:\n${said}`);
      return value;
    };
    const first = { email: told("e-mail"), password: told("password") };
    const operator = { clientId: told("client_id"), clientSecret: told("client_secret") };
    return new Server(url, first, operator, child, folder);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
