import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** A browser of the system: the tests download none. The shell is the same Chromium, without what its windows cost. */
const browser =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

/** Other people's clients, and the pages for people. Every size and colour is a matter of the test of the pages. */
export default defineConfig({
  testMatch: "*.flow.ts",
  outputDir: "results",
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: browser,
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
