// Sync beside PouchDB 9 with express-pouchdb on LevelDB: as many records of the same content, in the same browser on
// the same machine, by turns. Each value is a line `name value` in the file that `cargo xtask bench` reads.

import { expect, type Page, test } from "@playwright/test";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { furnish, note } from "../support/bench";
import { password, Profile, setUp, Virea } from "../support/journey";
import { Wire } from "../support/wire";
import { documents, PouchServer, replicate, type Way, write } from "./pouch";

const login = "mittari@example.fi";
/** 10,000 marks. */
const work = { groups: 10, people: 40, days: 25 };
const marks = work.groups * work.people * work.days;
const rounds = Number(process.env.ROUNDS ?? 1);
/** Pulls of nothing new, after each download. */
const again = 10;
const batches = [100, 500, 1_000, 2_000];
const paths = { push: "/api/sync/v1/push", pull: "/api/sync/v1/pull" };

/** What the app's page tells of itself, by its own clock. */
type Seen = {
  /** When each request began, with its path. */
  begun: [string, number][];
  /** When transactions that wrote were over. */
  stored: number[];
  /** Is told of the next of them. */
  onStored?: (at: number) => void;
  /** Is told when the screen says that everything is on the server. */
  onSent?: (at: number) => void;
};
type Watched = { seen: Seen };

/** Before anything else runs in the page. */
function watch(): void {
  const seen: Seen = { begun: [], stored: [] };
  (globalThis as unknown as Watched).seen = seen;
  const ask = globalThis.fetch;
  globalThis.fetch = (...asked) => {
    seen.begun.push([new URL(String(asked[0]), location.href).pathname, performance.now()]);
    return ask(...asked);
  };
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (names, mode, options) {
    const transaction = begin.call(this, names, mode, options);
    transaction.addEventListener("complete", () => {
      if (mode !== "readwrite") return;
      const at = performance.now();
      seen.stored.push(at);
      seen.onStored?.(at);
      seen.onStored = undefined;
    });
    return transaction;
  };
  const look = new MutationObserver(() => {
    if (!seen.onSent || !document.querySelector(".sending--done")) return;
    seen.onSent(performance.now());
    seen.onSent = undefined;
  });
  look.observe(document, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
}

/** Milliseconds from the first request to that path until the screen says that everything is on the server, and until
 *  whatever followed was stored. */
async function untilSent(page: Page, path: string, act: () => Promise<unknown>): Promise<{ sent: number; settled: number }> {
  // Said by the page: polling would be measured too.
  const sent = page.evaluate(() => {
    const { seen } = globalThis as unknown as Watched;
    [seen.begun, seen.stored] = [[], []];
    return new Promise<number>((done) => (seen.onSent = done));
  });
  await act();
  const at = await sent;
  await page.waitForTimeout(5_000);
  const { begun, stored } = await page.evaluate(() => {
    const { begun, stored } = (globalThis as unknown as Watched).seen;
    return { begun, stored };
  });
  const first = begun.find(([asked]) => asked === path)?.[1];
  if (first === undefined) throw new Error(`nothing was asked of ${path}`);
  return { sent: at - first, settled: (stored.at(-1) ?? at) - first };
}

/** Milliseconds until it is known, and stored, that there is nothing new. */
function untilToldNothing(): Promise<number> {
  const { seen } = globalThis as unknown as Watched;
  const begun = performance.now();
  const told = new Promise<number>((done) => (seen.onStored = (at) => done(at - begun)));
  dispatchEvent(new Event("online"));
  return told;
}

/** A tablet that has stored the app and stands at the sign-in. */
async function atTheDoor(wire: Wire): Promise<Profile> {
  const tablet = new Profile();
  const page = await tablet.open();
  await page.goto(`${wire.url}/tablet`);
  await expect(page.locator("html")).toHaveAttribute("data-worker", "kept", { timeout: 60_000 });
  await tablet.close();
  return tablet;
}

/** Types who is there; the answer presses the button. */
async function beforeSignIn(page: Page, wire: Wire): Promise<() => Promise<void>> {
  await page.goto(`${wire.url}/tablet`);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  return () => page.locator("button[type=submit]").click();
}

/** The rolls of the last weeks, as the list of other groups leads to them. */
async function rolls(page: Page): Promise<string[]> {
  await page.locator(".start__other").click();
  const heads = page.locator(".group-days__open");
  await expect(heads).toHaveCount(work.groups);
  // As a key presses them: a finger would have to rest in between.
  await heads.evaluateAll((buttons) => buttons.forEach((button) => (button as HTMLElement).click()));
  const links = page.locator(".group-days a[href^='/tablet/roll/']");
  await expect.poll(() => links.count()).toBeGreaterThan(work.groups * work.days);
  const all = await links.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Helsinki" });
  const past = all.map((roll) => ({ roll, group: roll.split("/")[3], day: roll.split("/")[4] ?? "" })).filter(({ day }) => day < today);
  const ofGroup = (group: string | undefined) => past.filter((one) => one.group === group).slice(0, work.days);
  return [...new Set(past.map(({ group }) => group))].flatMap(ofGroup).map(({ roll }) => roll);
}

/** Opens each roll as its link would, and says of everybody in it that they are here. */
async function markAll([rolls, people]: readonly [string[], number]): Promise<void> {
  const until = async (isSo: () => boolean) => {
    for (const begun = performance.now(); !isSo(); ) {
      if (performance.now() - begun > 30_000) throw new Error(`${location.pathname} stays as it is`);
      await new Promise((next) => setTimeout(next, 5));
    }
  };
  const are = (mark: string) => document.querySelectorAll(`.roll-row[data-mark=${mark}]`).length === people;
  for (const roll of rolls) {
    const link = document.createElement("a");
    link.href = roll;
    document.body.append(link);
    link.click();
    link.remove();
    await until(() => location.pathname === roll && are("none"));
    document.querySelector<HTMLElement>(".roll__all")?.click();
    await until(() => are("present"));
  }
}

/** A tablet on which 10,000 marks wait, all made without network. */
async function fill(wire: Wire, door: Profile): Promise<Profile> {
  const tablet = door.copied();
  const page = await tablet.open();
  const enter = await beforeSignIn(page, wire);
  await enter();
  await expect(page.locator(".sending--done")).toBeVisible({ timeout: 60_000 });
  await page.waitForTimeout(2_000);
  wire.cut();
  const wanted = await rolls(page);
  expect(wanted).toHaveLength(work.groups * work.days);
  await page.evaluate(markAll, [wanted, work.people] as const);
  await tablet.close();
  wire.mend();
  return tablet;
}

async function vireaPushes(wire: Wire, full: Profile): Promise<void> {
  const tablet = full.copied();
  const page = await tablet.open();
  await page.addInitScript(watch);
  wire.cut();
  await page.goto(`${wire.url}/tablet`);
  await expect(page.locator(".sending")).toBeVisible({ timeout: 60_000 });
  // The start's last work is over.
  await page.waitForTimeout(2_000);
  wire.reset();
  wire.mend();
  const back = () => page.evaluate(() => dispatchEvent(new Event("online")));
  let sent = 0, settled = 0;
  const run = async () => { ({ sent, settled } = await untilSent(page, paths.push, back)); };
  if (process.env.TRACE) await traced(page, "push", run); else await run();
  const seen = await page.evaluate(() => { const { seen } = globalThis as unknown as Watched; return [seen.begun.map(([p, a]) => `${p.split("/").pop()} ${a.toFixed(0)}`), seen.stored.map((a) => a.toFixed(0))]; });
  console.log("push", sent, JSON.stringify(seen));
  note("sync_push", sent);
  note("sync_settled", settled);
  note("sync_up", wire.up / 1_000);
  note("sync_acks", wire.down / 1_000);
  await tablet.end();
}

async function vireaPulls(wire: Wire, door: Profile): Promise<void> {
  const tablet = door.copied();
  const page = await tablet.open();
  await page.addInitScript(watch);
  const enter = await beforeSignIn(page, wire);
  await page.waitForTimeout(1_000);
  wire.reset();
  let sent = 0;
  const run = async () => { ({ sent } = await untilSent(page, paths.pull, enter)); };
  if (process.env.TRACE) await traced(page, "pull", run); else await run();
  const seen = await page.evaluate(() => { const { seen } = globalThis as unknown as Watched; return [seen.begun.map(([p, a]) => `${p.split("/").pop()} ${a.toFixed(0)}`), seen.stored.map((a) => a.toFixed(0))]; });
  console.log("pull", sent, JSON.stringify(seen));
  note("sync_pull", sent);
  note("sync_down", wire.down / 1_000);
  for (let time = 0; time < again; time++) {
    note("sync_again", await page.evaluate(untilToldNothing));
    await page.waitForTimeout(100);
  }
  await tablet.end();
}

async function inPouch(wire: Wire, act: (page: Page) => Promise<void>): Promise<void> {
  const profile = new Profile();
  const page = await profile.open();
  await page.goto(wire.url);
  await act(page);
  await profile.end();
}

type Batches = Record<Way, number>;

/** Each size once: the quickest of them each way. */
async function bestBatches(wire: Wire, all: object[]): Promise<Batches> {
  const took: (Batches & { batch: number })[] = [];
  for (const batch of batches) {
    const name = `try-${batch}`;
    let [to, from] = [0, 0];
    await inPouch(wire, async (page) => {
      await write(page, name, all);
      to = await replicate(page, "to", name, batch, marks);
    });
    await inPouch(wire, async (page) => {
      from = await replicate(page, "from", name, batch, marks);
    });
    took.push({ batch, to, from });
  }
  const best = (way: Way) => took.reduce((one, two) => (two[way] < one[way] ? two : one)).batch;
  return { to: best("to"), from: best("from") };
}

async function pouchPushes(wire: Wire, name: string, best: Batches, all: object[]): Promise<void> {
  await inPouch(wire, async (page) => {
    await write(page, name, all);
    wire.reset();
    note("pouch_push", await replicate(page, "to", name, best.to, marks));
    note("pouch_up", wire.up / 1_000);
  });
}

async function pouchPulls(wire: Wire, name: string, best: Batches): Promise<void> {
  await inPouch(wire, async (page) => {
    wire.reset();
    note("pouch_pull", await replicate(page, "from", name, best.from, marks));
    note("pouch_down", wire.down / 1_000);
    for (let time = 0; time < again; time++) {
      note("pouch_again", await replicate(page, "from", name, best.from, 0));
    }
  });
}

/** How many marks say that somebody was here. */
async function arrived(server: Virea): Promise<number> {
  const text = await server.must("export", "--municipality", "091", "--kind", "attendance");
  return text.split("\n").filter((line) => /[,;]present\r?$/.test(line)).length;
}

/** Both programs with the ways to them, and what ends them. */
async function programs(): Promise<{ server: Virea; wire: Wire; pouchWire: Wire; end: () => Promise<void> }> {
  const [server, pouch] = [await (await Virea.fresh()).start(), await PouchServer.start()];
  const [wire, pouchWire] = [await Wire.to(server.port), await Wire.to(pouch.port)];
  const end = async () => {
    for (const one of [wire, pouchWire, pouch, server]) await one.end();
  };
  return { server, wire, pouchWire, end };
}

/** By turns, so that both meet the same weather. `before`: the server's data when the full tablet lost its network. */
async function compare(server: Virea, wire: Wire, pouchWire: Wire, door: Profile, full: Profile, before: string): Promise<void> {
  void pouchWire;
  for (let round = 0; round < rounds; round++) {
    await server.takeOver(before);
    await vireaPushes(wire, full);
    expect(await arrived(server)).toBe(marks);
    await vireaPulls(wire, door);
  }
}

async function traced(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  const s = await page.context().newCDPSession(page);
  const events: unknown[] = [];
  s.on("Tracing.dataCollected", (e: any) => events.push(...e.value));
  await s.send("Tracing.start", { transferMode: "ReportEvents", categories: "devtools.timeline,v8,disabled-by-default-v8.cpu_profiler,blink.user_timing,loading,IndexedDB" });
  await act();
  const done = new Promise((d) => s.once("Tracing.tracingComplete", d));
  await s.send("Tracing.end"); await done;
  writeFileSync(`/tmp/trace-${name}.json`, JSON.stringify(events));
}
test("zz 10,000 marks travel beside as many documents of PouchDB", async () => {
  test.setTimeout(1_800_000);
  const { server, wire, pouchWire, end } = await programs();
  const tablets: Profile[] = [];
  try {
    const desk = new Profile();
    await setUp(await desk.open(), server, await furnish(server, login, { ...work, sessions: 0 }));
    await desk.end();
    const door = await atTheDoor(wire);
    tablets.push(door);
    const full = await fill(wire, door);
    tablets.push(full);
    await server.stop("SIGTERM");
    const before = join(server.folder, "before");
    cpSync(server.data, before, { recursive: true });
    await compare(server, wire, pouchWire, door, full, before);
  } finally {
    for (const tablet of tablets) await tablet.end();
    await end();
  }
});
