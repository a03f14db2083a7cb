import { defineConfig } from "@playwright/test";
import { executablePath, flags } from "./support/browser";

// Journeys wait for what they see, never for a length of time; the limits below only end what hangs.
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/journeys/results",
  snapshotDir: "../../target/journeys/snapshots",
  fullyParallel: true,
  // One more than cores: much of a journey is a hand that waits, for a timer or for what stays quiet.
  workers: 3,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: "list",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: { launchOptions: { executablePath, args: flags } },
});
