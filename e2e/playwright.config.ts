import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** A browser of the system: the tests download none. */
const browser =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

const launchOptions = {
  executablePath: browser,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  forbidOnly: true,
  fullyParallel: true,
  reporter: "list",
  use: { launchOptions, trace: "retain-on-failure", screenshot: "only-on-failure", permissions: ["clipboard-write"] },
  projects: [
    { name: "wide, light", use: { viewport: { width: 1440, height: 900 }, colorScheme: "light" } },
    { name: "wide, dark", use: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" } },
    { name: "narrow, light", use: { viewport: { width: 390, height: 844 }, colorScheme: "light" } },
    { name: "narrow, dark", use: { viewport: { width: 390, height: 844 }, colorScheme: "dark" } },
  ],
});
