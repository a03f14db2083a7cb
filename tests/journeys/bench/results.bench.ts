// Tests and results on a slow processor: a long history, the timer, and the step from the last trial to its result.
// Each value is a line `name value` in the file that `cargo xtask bench` reads.

import { expect, type Page, test } from "@playwright/test";
import { note } from "../support/bench";
import { answerBeforeTest, day, enter, furnish, openRoll, openTests, row } from "../support/hall";
import { Profile, Virea } from "../support/journey";

const results = 200;

/** The address of somebody's card, as the roll's sheet leads to their tests. */
async function card(page: Page, name: string): Promise<string> {
  const sheet = page.getByRole("dialog");
  // What has just appeared or gone takes no tap for a moment.
  await expect(async () => {
    await row(page, name).locator(".roll-row__more").click({ timeout: 1_000 });
    await expect(sheet).toBeVisible({ timeout: 400 });
  }).toPass();
  const tests = await sheet.getByRole("link", { name: "Mittaa" }).getAttribute("href");
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  return tests!.replace(/\/measure$/, "");
}

/** Milliseconds from a click on the way to a card to the frame after its results stand there. */
function opened(address: string): Promise<number> {
  return new Promise((done, failed) => {
    setTimeout(() => failed(new Error(`no results at ${address}`)), 20_000);
    const way = document.createElement("a");
    way.href = address;
    document.querySelector("main")!.append(way);
    const begun = performance.now();
    const look = new MutationObserver(() => {
      if (!document.querySelector(".one-result .told__line--main")) return;
      look.disconnect();
      requestAnimationFrame(() => done(performance.now() - begun));
    });
    look.observe(document.body, { childList: true, subtree: true });
    way.click();
  });
}

/** Writes down when the browser itself says that a finger came down on the timer. */
function listen(): void {
  const stamps: number[] = ((globalThis as Record<string, unknown>).stamps = []);
  addEventListener("pointerdown", (event) => {
    if ((event.target as Element).closest("button.stage")) stamps.push(event.timeStamp);
  }, true);
}

/** What the timer wrote down last, in milliseconds. */
async function written(page: Page, trials: number): Promise<number> {
  const read = () =>
    page.evaluate(async () => {
      const name = (await indexedDB.databases()).map((found) => found.name ?? "").find((found) => found !== "virea-tablet");
      const opened = await new Promise<IDBDatabase>((done) => {
        const asked = indexedDB.open(name ?? "");
        asked.onsuccess = () => done(asked.result);
      });
      const rows = await new Promise<Uint8Array[]>((done) => {
        const asked = opened.transaction("drafts").objectStore("drafts").getAll();
        asked.onsuccess = () => done(asked.result);
      });
      opened.close();
      const texts = rows.map((row) => new TextDecoder().decode(row)).join();
      return [...texts.matchAll(/"raw_ms":(\d+)/g)].map((found) => Number(found[1]));
    });
  await expect.poll(async () => (await read()).length).toBe(trials);
  return (await read()).at(-1)!;
}

/** Frames from a tap on the way to the result until it stands there. */
function framesToResult(): Promise<number> {
  return new Promise((done, failed) => {
    setTimeout(() => failed(new Error("no result")), 20_000);
    const next = document.querySelector<HTMLButtonElement>(".measure__next")!;
    let frames = 0;
    const frame = () => {
      frames += 1;
      if (document.querySelector(".told__line--main")) done(frames);
      else requestAnimationFrame(frame);
    };
    next.addEventListener("click", () => requestAnimationFrame(frame), { capture: true, once: true });
    next.click();
  });
}

test("a history of 200 results, the timer and the result, on a slow processor", async () => {
  const server = await (await Virea.fresh()).start();
  await furnish(server);
  const header = "participant_ref;measured_on;instrument;item;trial;value;not_done;course_m;aid;note";
  // Several tests a day: none may lie before the person's consent.
  const tests = ["tug;time;1;9,4;;;none;", "chair30;stands;1;11;;;;", "walk6;distance;1;350;;30;none;", "step2;steps;1;80;;;;"];
  const rows = Array.from({ length: results }, (_, at) => `P1;${day(-1 - Math.floor(at / tests.length))};${tests[at % tests.length]}`);
  const file = server.file("history.csv", `${[header, ...rows].join("\n")}\n`);
  await server.must("import", "--municipality", "091", "--kind", "assessments", file);
  const tablet = new Profile();
  const page = await tablet.open();
  page.setDefaultTimeout(30_000);
  await enter(page, server);
  await openRoll(page);
  const [one, many] = [await card(page, "Marja Virtanen"), await card(page, "Aino")];
  await (await page.context().newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: 4 });
  // By turns, so that both meet the same weather. The first times are the program's own warming up.
  for (let turn = 0; turn < 12; turn++) {
    for (const [name, address] of [["first_view", one], ["history", many]] as const) {
      const took = await page.evaluate(opened, address);
      if (turn > 1) note(name, took);
      await page.goBack();
      await expect(page.locator(".roll__rows")).toBeVisible();
      await page.waitForTimeout(500);
    }
  }
  await page.evaluate(listen);
  for (const name of ["Eila", "Helmi", "Irja", "Kauko", "Anja"]) {
    await openTests(page, name);
    await answerBeforeTest(page);
    await page.getByRole("button", { name: /^TUG/ }).click();
    for (let trials = 1; ; trials++) {
      await page.locator("button.stage").click();
      // Less than five seconds would be asked about.
      await page.waitForTimeout(5_200);
      await page.locator("button.stage").click();
      await expect(page.locator(".stage--done")).toBeVisible();
      const [start, stop] = (await page.evaluate(() => (globalThis as unknown as { stamps: number[] }).stamps)).slice(-2);
      note("timer_error", Math.abs((await written(page, trials)) - (stop! - start!)));
      await page.waitForTimeout(500);
      if (/tulos/i.test(await page.locator(".measure__next").innerText())) break;
      await page.locator(".measure__next").click();
    }
    note("result_frames", await page.evaluate(framesToResult));
    await page.getByRole("button", { name: "Tallenna tulos" }).click();
    await page.goto(page.url().replace(/\/tablet.*/, "/tablet"));
    await page.evaluate(listen);
    await openRoll(page);
  }
  await tablet.end();
  await server.end();
});
