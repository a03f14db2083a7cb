import { defineConfig } from "@playwright/test";

// Measurements, one after the other, so that they do not slow each other down.
export default defineConfig({
  testDir: "bench",
  outputDir: "../../target/journeys/bench",
  // Of the sync alone when it is asked for: it needs PouchDB, which nothing else does.
  projects: [
    { name: "browser", testMatch: "*.bench.ts", testIgnore: "sync.bench.ts" },
    { name: "sync", testMatch: "sync.bench.ts" },
  ],
  workers: 1,
  reporter: "list",
  timeout: 600_000,
});
