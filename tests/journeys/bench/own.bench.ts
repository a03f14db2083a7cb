// The pages of those who take part and of whoever looks for a group, on a slow phone behind a thin line. Each value is a
// line `name value` in the file that `cargo xtask bench` reads.

import { expect, type Page, test } from "@playwright/test";
import { note } from "../support/bench";
import { Profile, sizes, typeDemoCard, Virea } from "../support/journey";

const times = 20;

/** 400 kbit/s in bytes a second; nothing is added for the way. */
const line = 400_000 / 8;

/** Milliseconds from the way to a page to the first of it that is seen. */
function painted(): Promise<number> {
  return new Promise((done) => {
    const watch = new PerformanceObserver((list) => {
      const first = list.getEntries().find((entry) => entry.name === "first-contentful-paint");
      if (first) done(first.startTime);
    });
    watch.observe({ type: "paint", buffered: true });
  });
}

/** Opens a page as if for the first time, and notes when something is seen of it and what it weighs as it travels. */
async function openedAnew(page: Page, address: string, name: string): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Network.enable");
  await debug.send("Network.clearBrowserCache");
  await debug.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: line, uploadThroughput: line });
  await debug.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  debug.on("Network.loadingFinished", (loaded) => (bytes += loaded.encodedDataLength));
  await page.goto(address, { waitUntil: "networkidle" });
  note(`${name}_paint`, await page.evaluate(painted));
  note(`${name}_weight`, bytes / 1_000);
  await debug.detach();
}

test("the own page and the public page of groups are seen soon on a slow phone", async () => {
  const server = await (await Virea.fresh((town) => ["demo", "--keep", town])).start();
  const phone = new Profile({ viewport: sizes.phone });
  const page = await phone.open();
  await page.goto(`${server.url}/k`);
  await typeDemoCard(page);
  // By turns, so that both meet the same weather. The first times are the browser's own warming up.
  for (let turn = 0; turn < times; turn++) {
    for (const [name, path] of [["own", "/own"], ["find", "/find"]] as const) {
      await openedAnew(page, `${server.url}${path}`, turn > 1 ? name : "warming");
    }
  }
  await phone.end();
  await server.end();
});
