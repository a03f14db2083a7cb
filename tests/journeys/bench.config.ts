import { defineConfig } from "@playwright/test";

// Measurements, one after the other, so that they do not slow each other down.
export default defineConfig({
  testDir: "bench",
  testMatch: "*.bench.ts",
  outputDir: "../../target/journeys/bench",
  workers: 1,
  reporter: "list",
  timeout: 600_000,
});
