import { defineConfig } from "@playwright/test";

// Journeys wait for what they see, never for a length of time; the limits below only end what hangs.
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/journeys/results",
  snapshotDir: "../../target/journeys/snapshots",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: "list",
  timeout: 120_000,
  expect: { timeout: 15_000 },
});
