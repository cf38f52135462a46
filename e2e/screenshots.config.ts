/** The pictures of the README, made anew: no test, so only `just screenshots` runs it. */
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig({
  ...tests,
  testMatch: "app/screenshots.ts",
  timeout: 120_000,
  projects: [{ name: "screenshots", use: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.25, colorScheme: "light" } }],
});
