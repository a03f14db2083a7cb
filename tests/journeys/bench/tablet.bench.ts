// The tablet on a slow processor with a year of work on it. Each value is a line `name milliseconds` in the file
// that `cargo xtask bench` reads.

import { expect, type Page, test } from "@playwright/test";
import { furnish, note } from "../support/bench";
import { password, Profile, setUp, Virea } from "../support/journey";

/** 30,000 records of attendance. */
const year = { groups: 15, people: 20, sessions: 100 };
const login = "mittari@example.fi";

async function slowly(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

/** When something stood on the screen; on a slow processor that may be still to come. */
function painted(): Promise<number> {
  return new Promise((done) => {
    const watch = new PerformanceObserver((list) => done(list.getEntries()[0]!.startTime));
    watch.observe({ type: "paint", buffered: true });
  });
}

/** Opens a store that holds nothing else; `bareRow` puts a small row into it and gives the milliseconds to durable. */
async function openBare(): Promise<void> {
  const asked = indexedDB.open("bare", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("rows", { autoIncrement: true });
  await new Promise((done, failed) => ((asked.onsuccess = done), (asked.onerror = failed)));
  (globalThis as Record<string, unknown>).bareRow = async (begun: number) => {
    const transaction = asked.result.transaction("rows", "readwrite", { durability: "strict" });
    transaction.objectStore("rows").put("x".repeat(400));
    await new Promise((done) => (transaction.oncomplete = done));
    return performance.now() - begun;
  };
}

type BareRow = (begun: number) => Promise<number>;

/** One bare row, asked for when what was done before is over. */
async function bareRow(): Promise<number> {
  await new Promise((next) => setTimeout(next, 100));
  return ((globalThis as Record<string, unknown>).bareRow as BareRow)(performance.now());
}

/** A finger that stays on the glass for some 80 ms; resolves with what the page hands to its `stored`. */
async function tapAt(page: Page, x: number, y: number): Promise<number> {
  const stored = page.evaluate(
    () => new Promise<number>((done) => ((globalThis as Record<string, unknown>).stored = done)),
  );
  await page.mouse.click(x, y, { delay: 80 });
  return stored;
}

test("the tablet starts offline and keeps a tap, with 30,000 records on a slow processor", async () => {
  const server = await (await Virea.fresh()).start();
  const tablet = new Profile();
  let page = await tablet.open();
  await setUp(page, server, await furnish(server, login, year));
  await page.goto(`${server.url}/tablet`);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button[type=submit]").click();
  const start = page.locator(".hand__begin");
  await expect(start).toBeVisible({ timeout: 300_000 });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.stop("SIGTERM");

  // What the same machine needs at least: a page of words alone, opened the same way from the same worker's cache.
  for (let times = 0; times < 10; times++) {
    await tablet.close();
    page = await tablet.open();
    await slowly(page);
    await page.goto(`${server.url}/`, { waitUntil: "domcontentloaded" });
    await expect(page.locator("main.apart")).toBeVisible();
    note("bare_page", await page.evaluate(painted));
  }

  for (let times = 0; times < 10; times++) {
    await tablet.close();
    page = await tablet.open();
    await slowly(page);
    // The finger that is as fast as the screen: what is measured is the program, not the person.
    await page.addInitScript(() => {
      const look = new MutationObserver(() => {
        if (document.querySelector(".roll-row__tap")) {
          look.disconnect();
          console.info(`first mark ${performance.now()}`);
        } else if (!location.pathname.includes("/roll/")) {
          document.querySelector<HTMLAnchorElement>(".hand__begin")?.click();
        }
      });
      addEventListener("DOMContentLoaded", () => look.observe(document.documentElement, { childList: true, subtree: true }));
    });
    // Said by the page: asking it would make it load and run the asking, in the middle of its start.
    const said = page.waitForEvent("console", (message) => message.text().startsWith("first mark "));
    await page.goto(`${server.url}/tablet`);
    note("first_mark", Number((await said).text().split(" ")[2]));
  }

  // The start's last work is over.
  await page.waitForTimeout(2_000);
  await page.evaluate(() => {
    const shared = globalThis as Record<string, unknown>;
    let tapped = 0;
    addEventListener("click", (event) => (tapped = event.timeStamp), true);
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      const transaction = begin.call(this, names, mode, options);
      transaction.addEventListener("complete", () => {
        if (tapped === 0 || mode !== "readwrite" || options?.durability !== "strict") return;
        (shared.stored as (took: number) => void)(performance.now() - tapped);
        tapped = 0;
      });
      return transaction;
    };
  });
  await page.evaluate(openBare);
  // Rows are found by the page itself and waited for without polling: the test tool's way of finding them listens to
  // every tap from then on, and drawing frames to see whether something is done would be measured too.
  const places = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".roll-row__tap")].map((row) => row.getBoundingClientRect());
    return boxes.filter((box) => box.y < 800).map(({ x, y, height }) => ({ x, y, height }));
  });
  // By turns, so that both meet the same weather.
  for (let tap = 0; tap < 100; tap++) {
    const box = places[tap % places.length]!;
    note("tap", await tapAt(page, box.x + 60, box.y + box.height / 2));
    note("bare_row", await page.evaluate(bareRow));
  }

  // What the browser needs for a tap by itself: a page of words with one button that stores a bare row.
  await page.goto(`${server.url}/`, { waitUntil: "domcontentloaded" });
  await page.evaluate(openBare);
  await page.evaluate(() => {
    const shared = globalThis as Record<string, unknown>;
    const button = document.createElement("button");
    button.style.cssText = "position: fixed; inset: 0 auto auto 0; inline-size: 300px; block-size: 100px; border: 0; background: none";
    button.addEventListener("click", async (event) => {
      (shared.stored as (took: number) => void)(await (shared.bareRow as BareRow)(event.timeStamp));
    });
    document.body.append(button);
  });
  await page.waitForTimeout(1_000);
  for (let tap = 0; tap < 100; tap++) {
    note("bare_tap", await tapAt(page, 60, 50));
    await page.waitForTimeout(100);
  }
  await tablet.end();
  await server.end();
});
