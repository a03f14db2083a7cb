// Rules of the hall that are easy to lose: an absence told beforehand, the usual places, the hand.

import type { Page } from "@playwright/test";
import { accessible, enterAs, expect, type Look, picture, sizes, targets, targetsAtEveryWidth, test, type Virea } from "./support/journey";
import { answerBeforeTest, awake, day, enter, furnish, goOn, group, openRoll, peer, people, row, typeValue, untilNext, written } from "./support/hall";

const week = 7 * 86_400_000;

async function go(page: Page, path: string) {
  await page.goto(new URL(path, page.url()).href);
  await awake(page);
}

/** Where next week's day is a public holiday, the group meets on it all the same: the desk adds a session. */
async function meetsInAWeek(server: Virea, browse: (look?: Look) => Promise<Page>) {
  if (untilNext() === 7) return;
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/groups`);
  await desk.getByRole("link", { name: group, exact: true }).click();
  await desk.goto(`${server.url}${new URL(desk.url()).pathname}/sessions`);
  await desk.locator("summary", { hasText: "Lisää kerta muulle päivälle" }).click();
  await desk.getByRole("textbox", { name: /^Päivä/ }).fill(written(day(7)));
  await desk.getByRole("textbox", { name: /^Alkaa kello/ }).fill("13.00");
  const add = desk.getByRole("button", { name: "Lisää kerta", exact: true });
  await add.click();
  // Asked once about the holiday, it is meant.
  await expect(desk.getByText("on pyhäpäivä").first()).toBeVisible();
  await add.click();
  await expect(desk.getByText("Kerta on lisätty.")).toBeVisible();
}

test("an absence told beforehand is on the row when the day comes, on every tablet", async ({ server, browse }) => {
  await furnish(server);
  await meetsInAWeek(server, browse);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const next = page.url().replace(/[^/]+$/, day(7));
  await go(page, next);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");

  const second = await browse();
  await enter(second, server, peer);
  await server.stop();
  // A week later, without network.
  await second.clock.setFixedTime(Date.now() + week);
  await second.goto(`${server.url}/tablet`);
  // A told absence has not begun the session.
  await expect(second.getByRole("link", { name: "Aloita" })).toBeVisible();
  await openRoll(second);
  await expect(row(second, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await expect(row(second, "Aino")).toContainText("poissa, ilmoitti");
  await second.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(second.locator(".roll__counter")).toHaveText(`${people - 1} / ${people} paikalla`);
  await second.getByRole("button", { name: "Päätä kerta" }).click();
  await expect(second.getByRole("dialog")).toContainText("Kaikki on merkitty.");
  await second.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  // She came all the same: one tap.
  await row(second, "Aino").locator(".roll-row__tap").click();
  await expect(row(second, "Aino")).toHaveAttribute("data-mark", "present");
});

test("rows stand by usual places, tapped once in order, and stay so", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  const names = page.locator(".roll-row__name");
  await expect(names.first()).toHaveText("Aino");
  await page.getByLabel("Järjestys").selectOption("tavallinen paikka");
  await page.getByRole("button", { name: "Anna paikat" }).click();
  const sheet = page.getByRole("dialog");
  for (const name of ["Toivo", "Åke", "Sulo"]) await sheet.getByRole("button", { name }).click();
  await expect(sheet.getByRole("button", { name: "Åke" })).toContainText("2. paikka");
  await accessible(page);
  await targets(page, 56);
  await picture(page, "tablet-places");
  // A slip: a second tap gives the place up, and the next ones move up.
  await sheet.getByRole("button", { name: "Åke" }).click();
  await sheet.getByRole("button", { name: "Valmis" }).click();
  await expect(names.nth(0)).toHaveText("Toivo");
  await expect(names.nth(1)).toHaveText("Sulo");
  await expect(names.nth(2)).toHaveText("Aino");
  await expect(names).toHaveCount(people);
  await page.reload();
  await expect(names.nth(0)).toHaveText("Toivo");
  await tablet.close();
  page = await tablet.open();
  await page.goto(roll);
  await expect(page.locator(".roll-row__name").nth(1)).toHaveText("Sulo");
  await expect(page.getByLabel("Järjestys")).toHaveValue("usual_place");
  await page.getByLabel("Järjestys").selectOption("sukunimi");
  // What the rows are sorted by stands first.
  await expect(page.locator(".roll-row__name").nth(0)).toHaveText("Aalto Toivo");
});

test("for a left hand the buttons change sides, and it is remembered", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  const middle = async (name: string) => {
    const box = await page.getByRole("button", { name }).boundingBox();
    return (box?.x ?? 0) + (box?.width ?? 0) / 2;
  };
  // On which side of the name the row's other button stands.
  const more = async () => {
    const [button, tap] = [row(page, "Aino").locator(".roll-row__more"), row(page, "Aino").locator(".roll-row__tap")];
    return ((await button.boundingBox())?.x ?? 0) - ((await tap.boundingBox())?.x ?? 0);
  };
  await openRoll(page);
  const width = page.viewportSize()?.width ?? 0;
  expect(await middle("Kaikki paikalla")).toBeGreaterThan(width / 2);
  expect(await more()).toBeGreaterThan(0);
  const roll = page.url();
  await page.getByRole("link", { name: "Minä" }).click();
  await page.getByRole("button", { name: "vasemmalla" }).click();
  await go(page, roll);
  expect(await middle("Kaikki paikalla")).toBeLessThan(width / 2);
  expect(await more()).toBeLessThan(0);
  await targetsAtEveryWidth(page, 56);
  await accessible(page);
});

test("nothing that is said of an attendance is free text", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await expect(page.getByRole("dialog").getByRole("textbox")).toHaveCount(0);
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await expect(page.getByRole("dialog").getByRole("textbox")).toHaveCount(0);
});

/** Aino's gait test, with one time typed, as far as its result. */
async function walkedTest(page: Page, server: Virea) {
  await furnish(server);
  await enter(page, server);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: "Kävelynopeus" }).click();
  await typeValue(page, "9,5");
  await goOn(page, "reipas kävely");
  await goOn(page, "Tulos");
}

test("a note on a test is an ordinary text field, so that the keyboard's dictation writes into it", async ({ server, browse }) => {
  const page = await browse();
  await walkedTest(page, server);
  const note = page.getByLabel("Huomautus");
  await expect(note).toHaveJSProperty("tagName", "TEXTAREA");
  await expect(note).not.toHaveAttribute("inputmode");
  await note.fill("Uudet kengät");
  await accessible(page);
  await picture(page, "tablet-note");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(page.locator("main")).toContainText("Huomautus: Uudet kengät");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const tests = await server.must("export", "--municipality", "091", "--kind", "assessments");
  expect(tests.split("\n").filter((line) => line.includes("Uudet kengät"))).toHaveLength(1);
});

test("a test thrown away by mistake comes back", async ({ server, browse }) => {
  const page = await browse();
  await walkedTest(page, server);
  await page.getByRole("button", { name: "Hylkää kesken jäänyt" }).click();
  await expect(page.getByText("Kesken jäänyt mittaus hylättiin.")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(page.locator(".cell").first()).toContainText("9,50");
  // It is kept again, as before.
  await page.reload();
  await expect(page.locator(".cell").first()).toContainText("9,50");
});
