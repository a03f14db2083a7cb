// Tests by the timer: a hand that starts and stops, counts that are tapped, stations, and what happens in between.

import type { Page } from "@playwright/test";
import { sizes } from "./support/browser";
import { accessible, enterAs, expect, fits, picture, targetsAtEveryWidth, test } from "./support/journey";
import { answerBeforeTest, begin, day, enter, furnish, goOn, kept, openRoll, openTests, reachTests, row, today, typeValue, written } from "./support/hall";

const stage = (page: Page) => page.locator("button.stage");

/** A trembling hand: two touches 200 ms apart, timed by the page itself. */
async function tremble(page: Page) {
  await page.evaluate(async () => {
    const touch = () => document.querySelector("button.stage")?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    touch();
    await new Promise((rest) => setTimeout(rest, 200));
    touch();
  });
}

/** Notes from now on by which views the screen was kept on: the second part of their addresses. */
async function noteLocks(page: Page) {
  await page.addInitScript(() => {
    const [lock, locks] = [navigator.wakeLock, [] as string[]];
    const ask = lock.request.bind(lock);
    lock.request = (kind) => (locks.push(location.pathname.split("/")[2] ?? ""), ask(kind));
    Object.assign(window, { locks });
  });
}

const locks = (page: Page) => page.evaluate(() => (window as unknown as { locks: string[] }).locks);

/** Notes from now on what is heard and felt: each tone that begins, each shake of so many milliseconds. */
async function noteSignals(page: Page) {
  await page.addInitScript(() => {
    const signals: string[] = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      signals.push("tone");
      start.call(this, when);
    };
    navigator.vibrate = (pattern) => signals.push(`shake ${pattern}`) > 0;
    Object.assign(window, { signals });
  });
}

const signals = (page: Page) => page.evaluate(() => (window as unknown as { signals: string[] }).signals);

/** Lets the clock that never jumps go ahead by so many milliseconds, for whoever asks it. */
async function canGoAhead(page: Page) {
  await page.addInitScript(() => {
    const real = performance.now.bind(performance);
    performance.now = () => real() + ((globalThis as unknown as { ahead?: number }).ahead ?? 0);
  });
}

const goAhead = (page: Page, ahead: number) => page.evaluate((ahead) => void Object.assign(globalThis, { ahead }), ahead);

/** The first two parts of the SPPB: three whole stands and a walk of 4,6 seconds. */
async function standAndWalk(page: Page) {
  await begin(page, /SPPB/);
  for (let stand = 0; stand < 3; stand++) await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await goOn(page, "Kävely");
  await typeValue(page, "4,6");
}

/** A trial from its start to its stop, some tenths of a second apart. */
async function time(page: Page, milliseconds: number) {
  await stage(page).click();
  await page.waitForTimeout(milliseconds);
  await stage(page).click();
  await expect(page.locator(".stage--done")).toBeVisible();
}

test("a whole SPPB by the timer without network, with a reload in the middle of a stand", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await noteSignals(page);
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  let taps = 0;
  const tap = async (name: string | RegExp) => {
    taps += 1;
    await page.getByRole("button", { name }).click();
  };
  await tap(/SPPB/);
  await expect(stage(page)).toContainText("Aloita");
  // What ends the stand is read before it and seen in it.
  const ends = stage(page).locator(".stage__more");
  await expect(ends).toContainText("jalka liikkuu tai osallistuja ottaa tukea");
  await picture(page, "measure-ready");
  await accessible(page);

  // The first stand goes on through a reload and ends by itself.
  taps += 1;
  await stage(page).click();
  await page.waitForTimeout(600);
  await expect(ends).toContainText("jalka liikkuu tai osallistuja ottaa tukea");
  await picture(page, "measure-going");
  await page.reload();
  await expect(stage(page)).toContainText("Seis");
  await expect(page.locator(".stage--done")).toContainText("10,00", { timeout: 15_000 });
  await picture(page, "measure-held");
  for (const stand of ["puolitandemseisonta", "tandemseisonta"]) {
    await tap(`Seuraava: ${stand}`);
    taps += 1;
    await stage(page).click();
    // The end is seen where nobody hears it.
    await page.locator("html[data-over]").waitFor({ state: "attached", timeout: 15_000 });
    await expect(page.locator(".stage--done")).toContainText("10,00");
    await expect(page.locator("html[data-over]")).toHaveCount(0);
  }
  // It is heard and felt, too.
  expect(await signals(page)).toEqual(expect.arrayContaining(["tone", "shake 400"]));
  await expect(page.locator(".measure__points")).toHaveText("Pisteet: 4 / 4");
  // A stand that ended by itself would end again at once.
  await expect(page.getByText("Pysäytys oli vahinko: jatka")).toBeHidden();

  await tap("Seuraava: Kävely");
  await time(page, 2_500);
  await tap("Seuraava: 2. yritys");
  await time(page, 2_300);
  await tap("Seuraava: Tuolilta nousu");
  await time(page, 7_000);
  await tap("Seuraava: Tulos");
  taps += 6;
  await expect(page.locator(".told__line--main")).toContainText("12 / 12");
  await picture(page, "measure-result");
  await accessible(page);
  await tap("Tallenna tulos");
  expect(taps).toBeLessThanOrEqual(25);
  await expect(page.getByRole("button", { name: /SPPB/ })).toContainText("mitattu tänään");
  // The browser's way back does not lead into the test again.
  await page.goBack();
  await expect(stage(page)).toHaveCount(0);

  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible({ timeout: 30_000 });
  const tests = await server.must("export", "--municipality", "091", "--kind", "assessments");
  const own = tests.split("\n").filter((line) => line.includes(today()) && line.includes("sppb"));
  expect(own).toHaveLength(6);
  expect(own.filter((line) => line.includes("10.00") || line.includes("10,00"))).toHaveLength(3);
});

test("rises, steps and lengths are tapped; legs and walks are timed; grip is read", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await canGoAhead(page);
  await reachTests(page, server);
  const save = async (result: string) => {
    await expect(page.locator(".told")).toContainText(result);
    await page.getByRole("button", { name: "Tallenna tulos" }).click();
    await expect(page.getByRole("heading", { name: "Muut testit" })).toBeVisible();
  };

  await begin(page, /Tuolilta nousu 30 s/);
  await stage(page).click();
  // A trembling hand taps twice for one rise.
  for (let rise = 0; rise < 2; rise++) {
    await page.waitForTimeout(500);
    await tremble(page);
  }
  // The eye is on the person: a tap beside the button counts too.
  await page.waitForTimeout(500);
  await page.locator(".measure__words").click();
  await expect(page.locator(".stage__figure")).toHaveText("3");
  // A press that begins on the button and ends beside it is one.
  await page.waitForTimeout(500);
  await stage(page).hover();
  await page.mouse.down();
  await page.locator(".measure__words").hover();
  // Longer than a tremble lasts, which would hide a second count.
  await page.waitForTimeout(500);
  await page.mouse.up();
  await expect(page.locator(".stage__figure")).toHaveText("4");
  await page.waitForTimeout(500);
  await expect(page.locator(".stage__figure")).toHaveText("4");
  await page.getByRole("button", { name: "Yksi liikaa" }).click();
  await expect(page.locator(".stage__figure")).toHaveText("3");
  await picture(page, "measure-count");
  await page.getByRole("button", { name: "Yksi liikaa" }).click();
  await page.getByRole("button", { name: "Lopeta nyt" }).click();
  await page.getByRole("button", { name: "+1", exact: true }).click();
  await page.getByRole("button", { name: "+1", exact: true }).click();
  await expect(page.locator(".stage--done")).toContainText("4 kertaa");
  await picture(page, "measure-counted");
  await goOn(page, "nousut käsien avulla");
  await goOn(page, "Tulos");
  await save("4 kertaa");

  await begin(page, /TUG/);
  await time(page, 5_200);
  await goOn(page, "Tulos");
  await save("5,");

  await begin(page, /Yksi jalka/);
  await time(page, 1_200);
  await page.getByRole("button", { name: "Seuraava: 1. vasen" }).click();
  await time(page, 1_000);
  await goOn(page, "Tulos");
  await save("1,");

  await begin(page, /Kävely 6 min/);
  await page.getByRole("button", { name: /^30/ }).click();
  await stage(page).click();
  for (let length = 0; length < 3; length++) {
    await page.waitForTimeout(450);
    await stage(page).click();
  }
  // At each full minute it is said what to say.
  const said = page.locator(".stage__more");
  await expect(said).toContainText("Jäljellä 5:5");
  await goAhead(page, 61_000);
  await expect(said).toHaveText("Sano: Hyvin menee. Vielä 5 minuuttia.");
  await goAhead(page, 0);
  await picture(page, "measure-lengths");
  await page.getByRole("button", { name: "Lopeta nyt" }).click();
  await page.getByRole("button", { name: "+5", exact: true }).click();
  await expect(page.locator(".stage--done")).toContainText("95");
  await goOn(page, "Tulos");
  await save("95");

  await begin(page, /Puristusvoima/);
  // How the device is held is seen where its value is typed.
  await expect(page.locator(".measure__shown svg.pose")).toBeVisible();
  await typeValue(page, "24,5");
  await page.getByRole("button", { name: "Seuraava: 1. vasen" }).click();
  await typeValue(page, "9");
  await expect(page.getByText("Kädet eroavat paljon")).toBeVisible();
  await picture(page, "measure-grip");
  await page.getByRole("button", { name: "Kyllä, oikein" }).click();
  await goOn(page, "Tulos");
  await save("24,5");
});

test("a stop by mistake goes on, a second tap in a tremble does not stop, a repetition says why", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await begin(page, /TUG/);
  await tremble(page);
  await expect(stage(page)).toContainText("Seis");
  await page.waitForTimeout(1_000);
  await stage(page).click();
  await page.getByRole("button", { name: "Pysäytys oli vahinko: jatka" }).click();
  await expect(stage(page)).toContainText("Seis");
  await page.waitForTimeout(3_000);
  await stage(page).click();
  await page.getByRole("button", { name: "Mittaa uudelleen" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "häiriö salissa" }).click();
  await expect(stage(page)).toContainText("Aloita");
  await time(page, 3_400);
  await goOn(page, "Tulos");
  await expect(page.getByLabel("Huomautus")).toHaveValue(/Uusittu \(häiriö salissa\): \d/);
});

test("the timer answers to keys as to a finger", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await noteLocks(page);
  await reachTests(page, server);
  await begin(page, /TUG/);
  // The screen stays on in the roll and in a test.
  await expect.poll(() => locks(page)).toEqual(expect.arrayContaining(["roll", "person"]));
  // Hidden and seen again, the page asks for it anew.
  const asked = (await locks(page)).length;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect.poll(async () => (await locks(page)).length).toBeGreaterThan(asked);
  await stage(page).focus();
  await page.keyboard.press("Space");
  await expect(stage(page)).toContainText("Seis");
  // A reader of the screen hears start, stop and result, and the keyboard stays where the button was.
  await expect(page.getByRole("status").filter({ hasText: "Aika käy." })).toHaveCount(1);
  await page.waitForTimeout(3_200);
  await page.keyboard.press("Enter");
  await expect(page.locator(".stage--done")).toContainText("3,");
  await expect(page.getByRole("status").filter({ hasText: /Pysähtyi: 3,/ })).toHaveCount(1);
  await expect(page.locator(".stage--done")).toBeFocused();
  await page.getByRole("button", { name: "Pysäytys oli vahinko: jatka" }).press("Enter");
  await expect(stage(page)).toBeFocused();
  // A switch and a screen reader click without a touch. The clock of the day jumped meanwhile: the time is doubtful.
  await page.evaluate(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + 2_000;
  });
  await page.waitForTimeout(400);
  await stage(page).evaluate((button: HTMLButtonElement) => button.click());
  await expect(page.locator(".stage--done")).toContainText("Tabletin kello hyppäsi.");
});

test("two tablets are the stations of two tests, and the board shows who has done which", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const [one, two, board] = [
    await browse({ viewport: sizes.tablet }), await browse({ viewport: sizes.tablet }), await browse({ viewport: sizes.tablet }),
  ];
  for (const page of [one, two, board]) {
    await noteLocks(page);
    await enter(page, server);
    await page.getByRole("link", { name: "Testipäivä" }).click();
    await expect(page.getByRole("heading", { name: "Ketkä on mitattu" })).toBeVisible();
    await page.getByText("Valitse testit").click();
    await page.getByRole("button", { name: "TUG", exact: true }).click();
  }
  // Four tests stand in one line of each row, so that the whole group is seen by a swipe or two.
  const cells = await board.locator(".board__row").first().locator(".board__cell").evaluateAll((cells) => cells.map((one) => one.getBoundingClientRect().y));
  expect(new Set(cells).size).toBe(1);
  await picture(board, "board");
  await accessible(board);
  await one.getByRole("link", { name: "TUG", exact: true }).click();
  await two.getByRole("link", { name: "Puristusvoima", exact: true }).click();
  const next = (page: Page) => page.locator(".station__next");
  const first = (await next(one).textContent()) ?? "";
  await expect(next(two)).toHaveText(first);
  await expect.poll(() => locks(one)).toContain("tests");
  await picture(one, "station");
  await accessible(one);

  await next(one).click();
  await answerBeforeTest(one);
  await time(one, 5_500);
  await goOn(one, "Tulos");
  await one.getByRole("button", { name: "Tallenna tulos" }).click();
  await expect(next(one)).toBeVisible();
  expect(await next(one).textContent()).not.toBe(first);
  await expect(one.getByText("1 / 17 mitattu").or(one.getByText("1 / 18 mitattu"))).toBeVisible();
  const name = first.replace("Seuraava: ", "").trim();
  const cell = (test: string) => board.locator(".board__row", { hasText: name }).locator(".board__cell", { hasText: test });
  await expect(cell("TUG")).toContainText("tehty", { timeout: 20_000 });
  await expect(cell("Puristusvoima")).toContainText("tekemättä");

  // What was asked before the test at one station is not asked at the other.
  await next(two).click();
  await expect(two.getByRole("button", { name: "pilkku" })).toBeVisible({ timeout: 20_000 });
  await typeValue(two, "24,5");
  await two.getByRole("button", { name: "Seuraava: 1. vasen" }).click();
  await typeValue(two, "23");
  await goOn(two, "Tulos");
  await two.getByRole("button", { name: "Tallenna tulos" }).click();
  await expect(next(two)).toHaveText((await next(one).textContent()) ?? "");
  await expect(cell("Puristusvoima")).toContainText("tehty", { timeout: 20_000 });
});

test("a refused part gives no total, and a correction says why", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await standAndWalk(page);
  await goOn(page, "Tuolilta nousu");
  await page.getByRole("button", { name: "Ei tehty" }).click();
  await page.getByRole("button", { name: "ei halunnut" }).click();
  await goOn(page, "Tulos");
  await expect(page.locator(".told__line--main")).toContainText("puuttuu");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await page.getByRole("link", { name: "Korjaa tulosta" }).click();
  await goOn(page, "Kävely");
  await goOn(page, "Tuolilta nousu");
  await typeValue(page, "14");
  await goOn(page, "Tulos");
  await page.getByRole("button", { name: "Tallenna korjaus" }).click();
  await expect(page.getByLabel("Miksi tulosta korjataan?")).toBeFocused();
  await page.getByLabel("Miksi tulosta korjataan?").fill("Tehtiin tauon jälkeen");
  await page.getByRole("button", { name: "Tallenna korjaus" }).click();
  await expect(page.locator(".told__line--main")).toContainText("10 / 12");
});

test("the circumstances of a test are corrected with a reason, and the correction holds", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await begin(page, /^TUG/);
  await typeValue(page, "12,3");
  await goOn(page, "Tulos");
  const around = page.getByText("Olosuhteet: kengät, tuoli, kipu, mittaaja");
  const chair = page.getByLabel("Tuolin korkeus, cm");
  await around.click();
  await chair.fill("45");
  // What was said before the tests is offered, and stands beside the result.
  await page.getByRole("button", { name: "Sama kuin ennen testejä: 0" }).click();
  await expect(page.locator(".pain__number[aria-pressed='true']")).toHaveText("0");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(page.locator(".one-result", { hasText: "TUG" })).toContainText("Kipu testin aikana: 0 / 10");
  for (const [before, after] of [["45", "42"], ["42", "42"]] as const) {
    await page.getByRole("link", { name: "Korjaa tulosta" }).click();
    await goOn(page, "Tulos");
    await around.click();
    await expect(chair).toHaveValue(before);
    await chair.fill(after);
    await page.getByLabel("Miksi tulosta korjataan?").fill("Tuoli mitattiin uudelleen");
    await accessible(page);
    await page.getByRole("button", { name: "Tallenna korjaus" }).click();
    await expect(page.getByRole("link", { name: "Korjaa tulosta" })).toBeVisible();
  }
  // What was measured is as it was.
  await expect(page.locator(".told__line--main")).toContainText("12,3");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
});

test("last week's result is typed in from paper, without questions of today and without a timer", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await openTests(page, "Aino");
  await page.getByText("Kirjaa tulos paperilta").click();
  await page.getByRole("link", { name: "TUG", exact: true }).click();
  const on = page.getByLabel("Mittauspäivä");
  await expect(on).toHaveValue(today());
  await expect(page.locator(".ask__question")).toHaveCount(0);
  await expect(stage(page)).toHaveCount(0);
  await typeValue(page, "12,3");
  await expect(page.getByRole("button", { name: "Ajasta" })).toHaveCount(0);
  await on.fill(day(1));
  await expect(page.locator("#measured-on-wrong")).toContainText("Mittauspäivä ei voi olla tulevaisuudessa.");
  await goOn(page, "Tulos");
  const save = page.getByRole("button", { name: "Tallenna tulos" });
  await expect(save).toBeDisabled();
  await accessible(page);
  await picture(page, "measure-paper");
  await on.fill(day(-7));
  await save.click();
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(page.locator("main")).toContainText("12,3");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const tests = await server.must("export", "--municipality", "091", "--kind", "assessments");
  const typed = tests.split("\n").filter((line) => line.includes("tug"));
  expect(typed).toHaveLength(1);
  expect(typed[0]).toContain(day(-7));
});

test("numbers stay hidden from the group while the switch says so", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await page.getByRole("button", { name: "Piilota luvut" }).click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await begin(page, /SPPB/);
  await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await expect(page.locator(".cell").first()).toContainText("mitattu");
  await expect(page.locator(".measure")).not.toContainText("10,00");
  await expect(page.locator(".measure__points")).toBeEmpty();
  // The switch stands in the test too.
  await page.getByRole("button", { name: "Näytä luvut" }).click();
  await expect(page.locator(".cell").first()).toContainText("10,00");
  await page.getByRole("button", { name: "Piilota luvut" }).click();
  for (let stand = 1; stand < 3; stand++) await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await goOn(page, "Kävely");
  await typeValue(page, "25");
  await expect(page.locator(".measure__said")).toContainText("Tulos on poikkeuksellinen.");
  await expect(page.locator(".cell").first()).toContainText("mitattu");
  // What is typed is a dot for each figure, until somebody asks for it.
  const typed = page.locator(".measure__typed");
  await expect(typed).toHaveText("••");
  await page.getByRole("button", { name: "Näytä kirjoitettu luku" }).click();
  await expect(typed).toHaveText("25");
  await page.getByRole("button", { name: "Piilota kirjoitettu luku" }).click();
  await expect(typed).toHaveText("••");
  await accessible(page);
  await picture(page, "measure-hidden");
});

test("the roll and an empty value fit a phone in each language", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  await begin(page, /Puristusvoima/);
  await expect(page.locator(".measure__typed")).toHaveText("ei tulosta");
  const grip = page.url();
  for (const [language, words] of Object.entries({ Svenska: "inget resultat", English: "no result" })) {
    await page.goto(`${server.url}/tablet/me`);
    await page.getByRole("button", { name: language }).click();
    await page.goto(grip);
    await expect(page.locator(".measure__typed")).toHaveText(words);
    await fits(page);
    await page.goto(roll);
    // The name of the field stands above what is typed, in one line.
    const label = page.locator(".roll__search .roll__label");
    await expect(label).toBeVisible();
    expect((await label.boundingBox())?.height ?? 99, language).toBeLessThan(24);
  }
});

test("questions come one at a time, with answers that are easy to hit", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await begin(page, /Omat arviot/);
  await expect(page.getByRole("heading", { name: "Millainen terveytesi on omasta mielestäsi?" })).toBeVisible();
  await picture(page, "question");
  await accessible(page);
  await targetsAtEveryWidth(page, 56);
  await page.getByRole("button", { name: "melko hyvä" }).click();
  await expect(page.getByRole("heading", { name: /kaatunut/ })).toBeVisible();
});

test("practice stores nothing and tells how far apart two testers are", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await noteLocks(page);
  await enter(page, server);
  await page.getByRole("link", { name: "Testipäivä" }).click();
  await page.getByRole("link", { name: "Harjoittele ajanottoa" }).click();
  await expect.poll(() => locks(page)).toEqual(expect.arrayContaining(["tests", "practice"]));
  await time(page, 3_500);
  const type = async (keys: string[]) => {
    for (const key of keys) await page.getByRole("button", { name: key, exact: true }).click();
  };
  await type(["9", "pilkku", "9"]);
  const apart = page.getByRole("status").filter({ hasText: "Eroa" });
  await expect(apart).toContainText("Sopikaa, mistä aika alkaa");
  await picture(page, "practice");
  await accessible(page);
  // Once more, from the beginning: two who say the same time are told so.
  await page.getByRole("button", { name: "Mitatkaa uudelleen" }).click();
  await expect(apart).toHaveCount(0);
  await time(page, 3_500);
  const [, seconds, tenth] = ((await page.locator(".stage__figure").textContent()) ?? "").match(/(\d+),(\d)/) ?? [];
  await type([...(seconds ?? ""), "pilkku", tenth ?? ""]);
  await expect(apart).toContainText("Eroa 0,0");
  await expect(apart).toContainText("Mittaatte samalla tavalla.");
  const tests = await server.must("export", "--municipality", "091", "--kind", "assessments");
  expect(tests).not.toContain(today());
});

test("who was trained to test long ago is reminded where tests are planned and chosen", async ({ server, browse }) => {
  await furnish(server);
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  const train = async (on: string) => {
    await desk.goto(`${server.url}/testers`);
    const line = desk.locator(".tester", { hasText: "Outi Ohjaaja" });
    await line.getByLabel("koulutettu mittaajaksi").fill(written(on));
    await line.getByRole("button", { name: "Tallenna päivä" }).click();
    await expect(desk.getByText("Koulutuspäivä on tallennettu.")).toBeVisible();
  };
  await train(day(-800));
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await page.getByRole("link", { name: "Testipäivä" }).click();
  const reminder = page.getByText("Mittauskoulutuksestasi on yli kaksi vuotta");
  await expect(reminder).toBeVisible();
  await accessible(page);
  await page.locator(".board__name").first().click();
  await expect(reminder).toBeVisible();
  await train(day(-30));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(reminder).toHaveCount(0);
});

test("hands rest a minute between pairs, and chairs lie five minutes apart", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await canGoAhead(page);
  await reachTests(page, server);
  await begin(page, /Puristusvoima/);
  const rest = page.locator(".rest");
  await expect(rest).toHaveCount(0);
  await typeValue(page, "24");
  await page.getByRole("button", { name: "Seuraava: 1. vasen" }).click();
  await expect(rest).toHaveCount(0);
  await typeValue(page, "23");
  await page.getByRole("button", { name: "Seuraava: 2. oikea" }).click();
  await expect(rest).toHaveText(/Lepää vielä (1:00|0:5\d)/);
  const key = page.getByRole("button", { name: "5", exact: true });
  const before = await key.boundingBox();
  await picture(page, "rest");
  await goAhead(page, 61_000);
  await expect(rest).toHaveText("Lepo on pidetty.");
  // Nothing moves under the finger when a rest is over or the value is typed.
  await key.click();
  expect(await key.boundingBox()).toEqual(before);
  await goOn(page, "Tulos");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await standAndWalk(page);
  await goOn(page, "Tuolilta nousu");
  await typeValue(page, "14");
  await goOn(page, "Tulos");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await begin(page, /Tuolilta nousu 30 s/);
  await expect(rest).toHaveText(/Lepää vielä (5:00|4:5\d)/);
  await page.reload();
  await expect(rest).toHaveText(/Lepää vielä 4:\d\d/);
});

test("a test goes on where it was left, after a reload too", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await standAndWalk(page);
  await kept(page, '"typed":"4,6"');
  await page.reload();
  await expect(page.getByRole("button", { name: "Takaisin: Kävely" })).toBeVisible();
  await expect(page.locator(".measure__words")).toContainText("viisi kertaa");
  // On the next day it is asked first how the person is, and said of which day the result is.
  await server.stop();
  await page.clock.setFixedTime(Date.now() + 86_400_000);
  await page.reload();
  await page.getByRole("button", { name: "Kaikki kunnossa" }).click();
  await expect(page.locator(".measure__words")).toContainText("viisi kertaa");
  await expect(page.getByText(`Testi aloitettiin ${written(today())}`)).toBeVisible();
  await accessible(page);
  await picture(page, "measure-begun-earlier");
});

/** A phone whose browser keeps its bars. */
const shortPhone = { width: 390, height: 780 };

for (const [name, viewport] of Object.entries({ ...sizes, wide: { width: 1180, height: 820 }, short: shortPhone })) {
  test(`the button that times is more than half of the screen: ${name}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ viewport });
    await reachTests(page, server);
    await picture(page, `choose-${name}`);
    await begin(page, /TUG/);
    const box = await stage(page).boundingBox();
    expect(box?.height ?? 0).toBeGreaterThanOrEqual(viewport.height / 2 - 1);
    await picture(page, `timer-${name}`);
    if (viewport.width > 600) return;
    // What is measured, the time and the word on the button: before and while it runs nobody scrolls.
    const whole = async () => {
      expect(await page.evaluate(() => scrollY)).toBe(0);
      for (const part of [".stage__name", ".stage__figure", ".stage__act"]) {
        const box = await page.locator(part).boundingBox();
        expect(box?.y ?? -1, part).toBeGreaterThanOrEqual(0);
        expect((box?.y ?? 0) + (box?.height ?? viewport.height), part).toBeLessThanOrEqual(viewport.height);
      }
    };
    await page.evaluate(() => scrollTo(0, 0));
    await whole();
    // A finger does not scroll to what it presses, as the tool does while a view takes no tap yet; it presses again.
    const place = await stage(page).boundingBox();
    const going = stage(page).filter({ hasText: "Seis" });
    await expect(async () => {
      const [x, y] = [(place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2];
      if (!(await going.isVisible())) await page.mouse.click(x, y);
      await expect(going).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await whole();
  });
}

for (const viewport of [sizes.tablet, { width: 1180, height: 820 }]) {
  test(`with something to heed the time is still on the screen: ${viewport.width}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ viewport });
    await enter(page, server);
    await openRoll(page);
    await openTests(page, "Aino");
    await answerBeforeTest(page, 10);
    await begin(page, /SPPB/);
    await expect(page.locator(".heed__care")).toContainText("Pidä välipala lähellä");
    const act = await page.locator(".stage__act").boundingBox();
    expect((act?.y ?? 0) + (act?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
    const name = page.locator(".stage__name");
    await expect(name).toHaveText("Jalat vierekkäin");
    expect(await name.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThanOrEqual(32);
    await accessible(page);
    await picture(page, `heed-${viewport.width}`);
    // Nothing moves under the finger that starts the time.
    const top = () => stage(page).evaluate((button) => Math.round(button.getBoundingClientRect().top + scrollY));
    const before = await top();
    await stage(page).click();
    await expect(stage(page)).toContainText("Seis");
    expect(await top()).toBe(before);
  });
}

test("a stand of twelve seconds and a chair of twenty centimetres are told beside their fields, and nothing is lost", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server);
  await begin(page, /SPPB/);
  await typeValue(page, "12");
  await expect(page.locator(".measure__said")).toHaveText("Enimmäisaika on 10 s. Jos asento pysyi loppuun asti, valitse Pysyi 10 s.");
  await accessible(page);
  await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await expect(page.locator(".cell").first()).toContainText("10,00");
  await page.goBack();
  await begin(page, /TUG/);
  await typeValue(page, "9,4");
  await goOn(page, "Tulos");
  await page.getByText("Olosuhteet: kengät, tuoli, kipu, mittaaja").click();
  const chair = page.getByLabel("Tuolin korkeus, cm");
  await chair.fill("20");
  await chair.blur();
  await expect(page.getByRole("alert")).toContainText("Tuolin korkeus on 30–60 cm.");
  await expect(page.getByRole("button", { name: "Tallenna tulos" })).toBeDisabled();
  await accessible(page);
  await chair.fill("46");
  await chair.blur();
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await expect(page.getByRole("button", { name: /TUG/ })).toContainText("mitattu tänään");
});

test("who has done all leads to the next person in one tap", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await page.getByRole("link", { name: "Testipäivä" }).click();
  await page.getByText("Valitse testit").click();
  for (const name of ["TUG", "Omat arviot", "Puristusvoima", "SPPB"]) {
    await page.getByRole("button", { name, exact: true }).click();
  }
  await expect(page.locator(".board__cell").first()).toHaveText(/TUG/);
  const names = await page.locator(".board__name").allTextContents();
  await page.locator(".board__name").first().click();
  await answerBeforeTest(page);
  await begin(page, /TUG/);
  await time(page, 5_500);
  await goOn(page, "Tulos");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await page.getByRole("link", { name: `Seuraava: ${names[1]}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(names[1] ?? "");
});

test("a test that was begun stands first on the board and is gone on with", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await reachTests(page, server, "Toivo");
  await begin(page, /Puristusvoima/);
  await typeValue(page, "24");
  await kept(page, '"typed":"24"');
  await page.goBack();
  await expect(page.getByRole("link", { name: "Jatka: Puristusvoima" })).toBeVisible();
  await page.getByRole("link", { name: "Koko ryhmän tilanne" }).click();
  await expect(page.locator(".board__name").first()).toHaveText("Toivo Aalto");
  await expect(page.locator(".board__row").first()).toContainText("kesken");
});
