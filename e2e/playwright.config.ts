import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";

/** A browser of the system: the tests download none. The shell is the same Chromium, without what its windows cost. */
const browser =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

const launchOptions = {
  executablePath: browser,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

/** Neither files nor times depend on width and colours. */
const WEIGHT = "weight.spec.ts";

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  forbidOnly: true,
  fullyParallel: true,
  // Each has a server and a browser of its own.
  workers: availableParallelism(),
  // Nothing waits for a time to pass; these only say when to give up, on a slow machine too.
  timeout: 180_000,
  expect: { timeout: 40_000 },
  reporter: "list",
  use: {
    launchOptions,
    actionTimeout: 40_000,
    contextOptions: { reducedMotion: "reduce" },
    permissions: ["clipboard-read", "clipboard-write"],
    // A trace is taken of every test, to be kept of one that fails, and costs a fifth of all: ask for it by `--trace on`.
    screenshot: "only-on-failure",
  },
  // The first two show every size and colour scheme at the least cost; `just test` runs these.
  projects: [
    { name: "narrow-dark", testIgnore: WEIGHT, use: { viewport: narrow, colorScheme: "dark" } },
    { name: "wide-light", use: { viewport: wide, colorScheme: "light" } },
    { name: "narrow-light", testIgnore: WEIGHT, use: { viewport: narrow, colorScheme: "light" } },
    { name: "wide-dark", testIgnore: WEIGHT, use: { viewport: wide, colorScheme: "dark" } },
  ],
});
