import { expect, type Page, test } from "@playwright/test";
import { furnish } from "../support/bench";
import { password, Profile, setUp, Virea } from "../support/journey";
import { writeFileSync } from "node:fs";
const login = "mittari@example.fi";
test("trace", async () => {
  const server = await (await Virea.fresh()).start();
  const tablet = new Profile();
  let page = await tablet.open();
  await setUp(page, server, await furnish(server, login, { groups: 15, people: 20, sessions: 100 }));
  await page.goto(`${server.url}/tablet`);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button[type=submit]").click();
  await expect(page.locator(".hand__begin")).toBeVisible({ timeout: 300_000 });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.stop("SIGTERM");
  for (let times = 0; times < 6; times++) {
    await tablet.close();
    page = await tablet.open();
    const debug = await page.context().newCDPSession(page);
    await debug.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.addInitScript(() => {
      const look = new MutationObserver(() => {
        if (document.querySelector(".roll-row__tap")) { look.disconnect(); performance.mark("zz-roll"); console.info(`first mark ${performance.now()}`); }
        else if (!location.pathname.includes("/roll/")) { const b = document.querySelector<HTMLAnchorElement>(".hand__begin"); if (b) { performance.mark("zz-begin"); console.info(`begin ${performance.now()}`); b.click(); } }
      });
      addEventListener("DOMContentLoaded", () => { performance.mark("zz-dcl"); console.info(`dcl ${performance.now()}`); look.observe(document.documentElement, { childList: true, subtree: true })});
    });
    page.on("console", (m) => console.log(times, m.text()));
    const traced = times >= 4;
    const b = page.context().browser()!;
    let s: any;
    const events: any[] = [];
    if (traced) {
      s = await debug;
      s.on("Tracing.dataCollected", (e: any) => events.push(...e.value));
      await s.send("Tracing.start", { transferMode: "ReportEvents", categories: "devtools.timeline,v8,v8.wasm,disabled-by-default-v8.cpu_profiler,blink.user_timing,loading,disabled-by-default-v8.compile,ServiceWorker,IndexedDB,disabled-by-default-devtools.timeline" });
    }
    const said = page.waitForEvent("console", (message) => message.text().startsWith("first mark "));
    await page.goto(`${server.url}/tablet`);
    await said;
    console.log(times, "paint", await page.evaluate(() => performance.getEntriesByType("paint").map((e) => `${e.name} ${e.startTime}`).join(" ") + " | " + performance.getEntriesByType("resource").map((e: any) => `${e.name.split("/").pop()} ${e.startTime.toFixed(0)}-${e.responseEnd.toFixed(0)}`).join("; ") + " | " + JSON.stringify(performance.getEntriesByType("navigation")[0])));
    if (traced) {
      const done = new Promise((d) => s.once("Tracing.tracingComplete", d));
      await s.send("Tracing.end"); await done;
      writeFileSync(`/tmp/trace${times}.json`, JSON.stringify(events));
    }
  }
  await tablet.end(); await server.end();
});
