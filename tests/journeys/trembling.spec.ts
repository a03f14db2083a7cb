// Every kind of control on every view of the tablet under a trembling finger: real double touches 200 or 250 ms apart,
// of which one reaches the app, moves one view on, opens one dialog and marks one person.

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/journey";
import { answerBeforeTest, awake, correctTwice, enter, furnish, furnishEvent, openRoll, openTests, row, today } from "./support/hall";

const shapes = {
  "a tablet upright": { width: 820, height: 1180 },
  "a tablet on its side": { width: 1180, height: 820 },
  "a phone": { width: 390, height: 844 },
} as const;

const pressable = "a[href], button:not([disabled]), summary, label:has(input)";
/** What leaves the app, its language or its look, or another journey tries. */
const elsewhere = /Kirjaudu ulos|Lataa uudelleen|Tulosta|Asenna|Soita|Svenska|English|Suomi|Anna tabletti|Peru lupa|Ei lupaa|^(Kerta pidettiin|Merkitse kerta perutuksi)$/;
/** What the app got of the touches: its guard stands at the window, so what arrives at the document has passed. */
type Got = { touched: number[]; downs: number; clicks: number; views: number };

async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const got: Got = { touched: [], downs: 0, clicks: 0, views: 0 };
    Object.assign(globalThis, { got });
    addEventListener("pointerdown", (event) => got.touched.push(event.timeStamp), true);
    document.addEventListener("pointerdown", () => got.downs++, true);
    document.addEventListener("click", (event) => event.detail > 0 && got.clicks++, true);
    const push = history.pushState.bind(history);
    history.pushState = (state, title, url) => {
      // A dialog has an entry of its own under the view's address.
      if (url) got.views++;
      push(state, title, url);
    };
  });
}

/** Nothing that has just appeared is settling any more: a touch counts. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => (one as CSSAnimation).animationName !== "settle" || one.playState !== "running"),
  );
}

/** Two touches on one place. The time of each is told with it, since that is what counts: a busy machine hands over late
 *  what a finger did in time. */
async function tremble(page: Page, x: number, y: number, gap: number): Promise<Got> {
  await page.evaluate(() => Object.assign((globalThis as unknown as { got: Got }).got, { touched: [], downs: 0, clicks: 0, views: 0 }));
  const hand = await page.context().newCDPSession(page);
  const begun = Date.now();
  const touch = async (at: number) => {
    const timestamp = (begun + at) / 1_000;
    // One right after the other: a browser that waited in between would take the touch for a long press.
    const down = hand.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }], timestamp });
    const up = hand.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [], timestamp: timestamp + 0.03 });
    await Promise.all([down, up]);
  };
  // A finger does not wait until the first touch has done its work.
  const first = touch(0);
  await new Promise((next) => setTimeout(next, gap));
  await Promise.all([first, touch(gap)]);
  await hand.detach();
  // A task after the second one: what it would do is done.
  const got = await page.evaluate(
    () => new Promise<Got>((done) => requestAnimationFrame(() => setTimeout(() => done((globalThis as unknown as { got: Got }).got)))),
  );
  const [one = 0, other = 0] = got.touched;
  expect(Math.round(other - one), "milliseconds between the touches").toBe(gap);
  return got;
}

/** As `tremble`, on the middle of an element. */
async function trembleOn(page: Page, target: Locator, gap = 200): Promise<Got> {
  await target.scrollIntoViewIfNeeded();
  await settled(page);
  const box = await target.boundingBox();
  if (!box) throw new Error("nothing to touch");
  return tremble(page, box.x + box.width / 2, box.y + box.height / 2, gap);
}

/** As `trembleOn`, on what leads to another view: one is opened. */
async function opensOne(page: Page, target: Locator): Promise<void> {
  const { views } = await trembleOn(page, target);
  expect(views, "views that were opened").toBe(1);
}

/** A control on the screen. */
type Control = { kind: string; words: string; x: number; y: number; row: string };

/** What can be touched on the screen as it is, of each kind the first and the last. */
async function controls(page: Page): Promise<Control[]> {
  return page.evaluate((selector) => {
    const dialog = [...document.querySelectorAll("dialog[open]")].pop();
    const alike = new Map<string, Control[]>();
    for (const element of (dialog ?? document).querySelectorAll<HTMLElement>(selector)) {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const middle = x > 0 && y > 0 && x < innerWidth && y < innerHeight ? document.elementFromPoint(x, y) : null;
      if (!middle || !element.contains(middle) || element.matches("a[href^='tel:'], a[href^='mailto:']")) continue;
      const kind = `${element.tagName} ${element.className}`.trim();
      const words = element.innerText.replace(/\s+/g, " ").trim() || (element.getAttribute("aria-label") ?? "");
      const row = element.closest(".roll-row")?.querySelector(".roll-row__name")?.textContent ?? "";
      alike.set(kind, [...(alike.get(kind) ?? []), { kind, words, x, y, row }]);
    }
    return [...alike.values()].flatMap((found) => (found.length > 1 ? [found[0]!, found[found.length - 1]!] : found));
  }, pressable);
}

/** Whether something else is there by now, or it is off: what was touched before it may have begun a trial. */
async function isGone(page: Page, control: Control): Promise<boolean> {
  return page.evaluate(([selector, { words, x, y, row }]) => {
    const now = document.elementFromPoint(x, y)?.closest<HTMLElement>(selector);
    const said = now?.innerText.replace(/\s+/g, " ").trim() || now?.getAttribute("aria-label");
    // A row says what it is marked with.
    return !now || (said !== words && !row);
  }, [pressable, control] as const);
}

type State = { where: string; dialogs: number; marks: Record<string, string> };

async function state(page: Page): Promise<State> {
  return page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>(".roll-row")];
    const mark = (row: HTMLElement) => [row.querySelector(".roll-row__name")?.textContent ?? "", row.dataset.mark ?? ""];
    const asked = document.querySelector(".question__asked")?.textContent ?? "";
    return {
      where: `${location.pathname} ${asked} ${document.querySelectorAll("main *").length}`,
      dialogs: document.querySelectorAll("dialog[open]").length,
      marks: Object.fromEntries(rows.map(mark)),
    };
  });
}

type Stop = { name: string; path: string; open?: (page: Page) => Promise<void> };

function stops(roll: string, person: string, tests: string): Stop[] {
  const dialog = async (page: Page, opens: Locator) => {
    await settled(page);
    await opens.tap({ timeout: 5_000 });
    await expect(page.getByRole("dialog").first()).toBeVisible();
  };
  return [
    { name: "start", path: "/tablet" },
    { name: "roll", path: roll },
    { name: "other marks", path: roll, open: (page) => dialog(page, row(page, "Aino").locator(".roll-row__more")) },
    { name: "closing", path: roll, open: (page) => dialog(page, page.getByRole("button", { name: "Päätä kerta" }).first()) },
    { name: "who is here", path: roll, open: (page) => dialog(page, page.locator(".roll__count")) },
    { name: "visitor", path: `${roll}/visitor` },
    { name: "card", path: person },
    { name: "registration", path: `${person}/registration` },
    { name: "who", path: `${person}/registration/who` },
    { name: "consents", path: `${person}/registration/consents` },
    { name: "target group", path: `${person}/registration/target_group` },
    { name: "position", path: `${person}/registration/position` },
    { name: "pause", path: `${person}/pause` },
    { name: "contact", path: `${person}/contact` },
    { name: "programme for home", path: `${person}/home` },
    { name: "days of exercise", path: `${person}/home/days` },
    { name: "to settle", path: "/tablet/decide" },
    { name: "results card", path: `${person}/card` },
    { name: "tests", path: `${person}/measure` },
    { name: "timer", path: `${person}/measure/sppb` },
    { name: "why not done", path: `${person}/measure/single_leg`, open: (page) => dialog(page, page.getByRole("button", { name: "Ei tehty" })) },
    { name: "count", path: `${person}/measure/chair30` },
    { name: "lengths", path: `${person}/measure/walk6` },
    { name: "pad", path: `${person}/measure/grip` },
    { name: "question", path: `${person}/measure/self_report` },
    { name: "board", path: tests },
    { name: "station", path: `${tests}/grip` },
    { name: "practice", path: "/tablet/practice" },
    { name: "from paper", path: `${person}/paper/tug` },
    { name: "sources", path: "/tablet/sources" },
    { name: "groups", path: "/tablet/groups" },
    { name: "device", path: "/tablet/device" },
    { name: "who is signed in", path: "/tablet/me" },
    { name: "nowhere", path: "/tablet/nowhere" },
    { name: "reaching somebody", path: `${person}/registration/contact` },
    { name: "in an emergency", path: `${person}/registration/emergency` },
    // Last: from there on an incident is on the tablet.
    { name: "stopped", path: `${person}/stop` },
  ];
}

/** Whoever counts looks at the person and not at the tablet: a touch beside every control counts, and a tremble once. */
async function countsBeside(page: Page, person: string): Promise<void> {
  await arrive(page, { name: "steps", path: `${person}/measure/step2` });
  const figure = page.locator(".stage__figure");
  await trembleOn(page, page.locator("button.stage"));
  await expect(figure).toHaveText("0");
  for (const steps of [1, 2]) {
    await page.waitForTimeout(400);
    await trembleOn(page, page.getByRole("heading", { level: 1 }), steps % 2 ? 200 : 250);
    await expect(figure).toHaveText(`${steps}`);
  }
  await page.getByRole("button", { name: "Lopeta nyt" }).tap();
}

/** To the view by the app's own way: loading the program each time would take minutes. */
async function arrive(page: Page, stop: Stop): Promise<void> {
  for (const path of ["/tablet/nowhere", stop.path]) {
    await page.evaluate((path) => {
      for (const open of document.querySelectorAll("dialog")) open.close();
      history.replaceState(null, "", path);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path);
  }
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await stop.open?.(page);
  await settled(page);
}

/** What a double touch changed beyond what one may. */
function tooMuch(control: Control, got: Got, before: State, after: State): string[] {
  const wrong: string[] = [];
  if (got.downs !== 1) wrong.push(`${got.downs} touches reached the app`);
  if (got.clicks > 1) wrong.push(`${got.clicks} clicks reached the app`);
  if (got.views > 1) wrong.push(`${got.views} views were opened`);
  if (after.dialogs > before.dialogs + 1) wrong.push("more than one dialog came");
  const changed = Object.keys(after.marks).filter((name) => name in before.marks && before.marks[name] !== after.marks[name]);
  const all = /roll__all|closing__all/.test(control.kind);
  if (!all && changed.length > 1) wrong.push(`marks changed: ${changed.join(", ")}`);
  if (control.row && changed.some((name) => name !== control.row)) wrong.push(`the mark of ${changed.join(", ")} changed`);
  return wrong;
}

for (const [name, viewport] of Object.entries(shapes)) {
  test(`a trembling finger counts once on every kind of control of every view, on ${name}`, async ({ server, browse }) => {
    test.setTimeout(240_000);
    await furnish(server);
    const page = await browse({ viewport, hasTouch: true });
    await listen(page);
    await enter(page, server);
    await openRoll(page);
    const roll = new URL(page.url()).pathname;
    await openTests(page, "Aino");
    await answerBeforeTest(page);
    await expect(page.locator(".tests")).toHaveCount(2);
    const person = new URL(page.url()).pathname.replace("/measure", "");
    const tests = `/tablet/tests/${person.split("/").pop()}/${today()}`;
    await countsBeside(page, person);

    const [kinds, wrong, begun] = [new Map<string, number>(), [] as string[], Date.now()];
    let tried = 0;
    for (const stop of stops(roll, person, tests)) {
      await arrive(page, stop);
      for (const control of await controls(page)) {
        // The same kind of control is guarded alike on every view: twice is enough.
        const times = kinds.get(control.kind) ?? 0;
        const ends = stop.name === "closing" && control.words === "Päätä kerta";
        if (times >= 2 || ends || elsewhere.test(control.words) || (await isGone(page, control))) continue;
        const before = await state(page);
        const got = await tremble(page, control.x, control.y, tried++ % 2 ? 250 : 200);
        const after = await state(page);
        kinds.set(control.kind, times + 1);
        wrong.push(...tooMuch(control, got, before, after).map((what) => `${stop.name}, "${control.words}": ${what}`));
        if (JSON.stringify({ ...before, marks: 0 }) !== JSON.stringify({ ...after, marks: 0 })) await arrive(page, stop);
      }
    }
    console.log(`${name}: ${tried} double touches in ${Math.round((Date.now() - begun) / 1000)} s`);
    expect(wrong).toEqual([]);
    // A phone shows 30 kinds at once on these views: far fewer would mean that views did not open.
    expect(kinds.size).toBeGreaterThanOrEqual(25);
  });
}

test("a trembling finger counts one rise, answers one question and leaves out one", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: shapes["a tablet upright"], hasTouch: true });
  await listen(page);
  await enter(page, server);
  await openRoll(page);
  await awake(page);
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  const tests = page.url();

  await page.getByRole("button", { name: /Tuolilta nousu 30 s/ }).click();
  const stage = page.locator("button.stage");
  await trembleOn(page, stage);
  await expect(stage.locator(".stage__figure")).toHaveText("0");
  for (const rises of [1, 2, 3]) {
    await page.waitForTimeout(400);
    await trembleOn(page, stage, rises % 2 ? 200 : 250);
    await expect(stage.locator(".stage__figure")).toHaveText(`${rises}`);
  }
  await page.getByRole("button", { name: "Lopeta nyt" }).click();

  await page.goto(tests);
  await page.getByRole("button", { name: /Omat arviot/ }).click();
  await expect(page.getByText("Kysymys 1 /")).toBeVisible();
  await trembleOn(page, page.getByRole("button", { name: "melko hyvä" }));
  await expect(page.getByText("Kysymys 2 /")).toBeVisible();
  await page.getByRole("button", { name: "Anna tabletti osallistujalle" }).click();
  await trembleOn(page, page.getByRole("button", { name: "Anna tabletti", exact: true }));
  await expect(page.locator(".held__title")).toHaveText("Hei Aino!");
  await trembleOn(page, page.getByRole("button", { name: "Aloita" }));
  await expect(page.getByText("Kysymys 1 /")).toBeVisible();
  await trembleOn(page, page.getByRole("button", { name: "Seuraava" }));
  await expect(page.getByText("Kysymys 2 /")).toBeVisible();
  await trembleOn(page, page.getByRole("button", { name: "Jätän väliin" }), 250);
  await expect(page.getByText("Kysymys 3 /")).toBeVisible();
});

test("a trembling finger at an event cancels and restores it once, counts each person once and saves one number", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const login = await furnishEvent(server);
  const page = await browse({ viewport: shapes["a tablet upright"], hasTouch: true });
  await listen(page);
  await enter(page, server, login);
  await page.locator(".hand__begin").tap();
  const number = page.getByLabel("Tulijoita");
  await expect(number).toBeVisible();
  const event = { name: "head count", path: new URL(page.url()).pathname };
  for (const viewport of Object.values(shapes)) {
    await page.setViewportSize(viewport);
    await arrive(page, event);
    await opensOne(page, page.getByRole("button", { name: "Merkitse kerta perutuksi" }));
    await arrive(page, event);
    await expect(page.getByText("Tämä kerta on merkitty perutuksi.")).toBeVisible();
    await trembleOn(page, page.getByRole("button", { name: "Kerta pidettiin sittenkin" }));
    await expect(number).toBeVisible();
  }
  let people = 0;
  for (const viewport of Object.values(shapes)) {
    await page.setViewportSize(viewport);
    await arrive(page, event);
    for (const [button, by] of [["Yksi lisää", 1], ["Yksi lisää", 1], ["Yksi lisää", 1], ["Yksi pois", -1]] as const) {
      await page.waitForTimeout(400);
      await trembleOn(page, page.getByRole("button", { name: button }));
      people += by;
      await expect(number).toHaveValue(`${people}`);
    }
    await opensOne(page, page.getByRole("button", { name: "Tallenna määrä" }));
    await expect(page.locator(".view__main")).toContainText(`${people} ihmistä tuli`);
  }
});

test("a trembling finger chooses one of two corrections of a test, once", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  const correctors = [await browse(), await browse()] as const;
  await correctTwice(server, ...correctors);
  await server.start();
  for (const page of correctors) {
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.getByRole("link", { name: /Kaikki on lähetetty|1 merkintä on tarkistettava/ })).toBeVisible();
  }
  for (const viewport of Object.values(shapes)) {
    const page = await browse({ viewport, hasTouch: true });
    await listen(page);
    await enter(page, server);
    const settle = { name: "to settle", path: "/tablet/decide" };
    await arrive(page, settle);
    const takes = page.locator(".decide__take");
    await expect(takes).toHaveCount(2);
    // Without network each of them finds it open, and what is chosen waits on the tablet to be counted.
    await page.context().setOffline(true);
    await trembleOn(page, page.getByRole("button", { name: "Piilota luvut" }));
    await expect(page.locator(".reviews")).not.toContainText(/11,5|10,9/);
    await page.waitForTimeout(400);
    await trembleOn(page, page.getByRole("button", { name: "Näytä luvut" }));
    await expect(page.locator(".reviews")).toContainText("11,5");
    await opensOne(page, page.getByRole("link", { name: "Korjaa tulosta" }));
    await arrive(page, settle);
    await trembleOn(page, takes.last());
    await expect(page.getByText("Asia on ratkaistu.")).toBeVisible();
    await expect(takes).toHaveCount(0);
    await expect(page.locator(".sending__words")).toHaveText("1 merkintä odottaa lähetystä");
  }
});

test("a trembling finger sets each of one's own choices once, and signs out once", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  for (const viewport of Object.values(shapes)) {
    const page = await browse({ viewport, hasTouch: true });
    await listen(page);
    await enter(page, server);
    const me = { name: "who is signed in", path: "/tablet/me" };
    await arrive(page, me);
    // From the last to the first, so that in the end everything is as it was: the language Finnish, the text small.
    const choices = page.locator("main .switch button");
    for (let place = (await choices.count()) - 1; place >= 0; place--) {
      await trembleOn(page, choices.nth(place), place % 2 ? 200 : 250);
      await expect(choices.nth(place)).toHaveAttribute("aria-pressed", "true");
    }
    await trembleOn(page, page.getByRole("button", { name: "Piilota luvut" }));
    await expect(page.getByRole("button", { name: "Näytä luvut" })).toHaveAttribute("aria-pressed", "true");
    await opensOne(page, page.locator("main a[href='/tablet/device']"));
    await arrive(page, me);
    await trembleOn(page, page.getByRole("button", { name: "Kirjaudu ulos" }));
    await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
  }
});
