// A day of an instructor: signed in once, then the network and the server are gone, the tablet's browser is killed,
// and everything arrives exactly once.

import { enterAs, expect, test, type Virea } from "./support/journey";
import {
  answerBeforeTest, awake, day, enter, furnish, goOn, group, instructor, kept, openRoll, password, peer, people, row, twoInRoll, typeValue,
} from "./support/hall";
import type { Page } from "@playwright/test";

/** Registers a visitor the short way: first name and birth year. */
async function register(page: Page, given: string, year: string, consent: boolean) {
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.getByLabel("Etunimi tai kutsumanimi").fill(given);
  await page.getByLabel("Syntymävuosi").fill(year);
  if (consent) await page.getByLabel("Kyllä, lupa annettu").check();
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await expect(row(page, given)).toHaveAttribute("data-mark", "present");
  await awake(page);
}

async function mark(page: Page, names: string[]) {
  for (const name of names) {
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "present");
  }
}

/** Types on the number pad. */
const fifteen = [
  "Aino", "Anja", "Eila", "Gunvor", "Helmi", "Irja", "Kauko", "Kerttu", "Marja Vaara", "Marja Virtanen", "Märta",
  "Pentti", "Raili", "Sulo", "Toivo",
];

/** What the report says of the attendance around today. */
async function figures(server: Virea): Promise<{ sessions_held: number; visits: number }> {
  const days = ["--from", day(-90), "--to", day(90), "--cut-off", day(1)];
  return JSON.parse(await server.must("report", "--municipality", "091", ...days, "--format", "json")).attendance;
}

/** The visits on the officer's page of the council term, after the figures were updated. */
async function visitsOnPage(page: Page, server: Virea): Promise<number> {
  await page.goto(`${server.url}/figures`);
  await page.getByRole("link", { name: /Valtuustokausi/ }).click();
  const correct = page.getByText("Korjaa virhe luvuissa");
  if (await correct.isVisible()) {
    // Figures are put together once a month; within it wrong ones are replaced with a reason.
    await correct.click();
    await page.getByLabel("Mikä oli väärin").fill("Läsnäolo ei ollut vielä perillä");
    await page.getByRole("button", { name: "Korvaa luvut" }).click();
    await expect(page.getByText("Läsnäolo ei ollut vielä perillä")).toBeVisible();
  } else {
    await page.getByRole("button", { name: "Kokoa luvut" }).click();
  }
  const visits = await page.getByText(/Käyntejä oli \d+ ja harjoituskertoja/).first().innerText();
  return Number(visits.match(/Käyntejä oli (\d+)/)?.[1]);
}

test("a session without server survives the browser's death and arrives once", async ({ server, browse, device }) => {
  await furnish(server);
  const before = await figures(server);
  const coordinator = await browse();
  await enterAs(coordinator, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await coordinator.goto(`${server.url}/groups`);
  await expect(coordinator.getByRole("link", { name: group })).toBeVisible();
  const officer = await browse();
  await enterAs(officer, server, "municipal_officer", "veera.viranhaltija@example.fi");
  expect(await visitsOnPage(officer, server)).toBe(before.visits);

  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  // Signed in at the office, opened in the hall: a browser writes its cookies down only after half a minute.
  await tablet.close();
  await server.stop();
  page = await tablet.open();
  await page.goto(`${server.url}/tablet`);

  await openRoll(page);
  // Midnight may pass: from here on the roll is opened by its address, not by the clock.
  const roll = page.url();
  await expect(page.locator(".roll__counter")).toHaveText(`0 / ${people} paikalla`);
  await register(page, "Hilkka", "1944", true);
  await register(page, "Onni", "1941", false);
  await mark(page, fifteen);
  await expect(page.locator(".roll__counter")).toHaveText(`17 / ${people + 2} paikalla`);
  await expect(row(page, "Aino").locator(".sync-mark")).toContainText("tabletilla");

  // An SPPB of somebody who was measured in the spring.
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /SPPB/ }).click();
  for (let stand = 0; stand < 3; stand++) await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await goOn(page, "Kävely");
  await typeValue(page, "4,60");
  await goOn(page, "Tuolilta nousu");
  await typeValue(page, "12,4");
  await goOn(page, "Tulos");
  await expect(page.locator(".told__line--main")).toContainText("11 / 12");
  await expect(page.locator(".told")).toContainText("parani");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await expect(page.getByRole("button", { name: /SPPB/ })).toContainText("mitattu tänään");
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(page.locator(".told__line--main")).toContainText("11 / 12");

  await tablet.kill();
  page = await tablet.open();
  await page.goto(roll);
  await expect(page.locator(".roll__counter")).toHaveText(`17 / ${people + 2} paikalla`);
  await expect(row(page, "Hilkka")).toHaveAttribute("data-mark", "present");
  await expect(row(page, "Aino").locator(".sync-mark")).toContainText("tabletilla");

  await server.start();
  await page.getByRole("link", { name: /odottaa|lähetetty/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await page.goBack();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");

  // A second tablet sees the same roll.
  const second = await browse();
  await enter(second, server, peer);
  await second.goto(roll);
  await expect(second.locator(".roll__counter")).toHaveText(`17 / ${people + 2} paikalla`);
  await expect(row(second, "Onni")).toHaveAttribute("data-mark", "present");
  await expect(second.getByRole("heading", { name: group })).toBeVisible();

  // Once: the files say so.
  const attendance = await server.must("export", "--municipality", "091", "--kind", "attendance");
  const present = attendance.split("\n").filter((line) => line.includes("present"));
  expect(present).toHaveLength(17 + (people - 1));
  const participants = await server.must("export", "--municipality", "091", "--kind", "participants");
  expect(participants.match(/Hilkka/g)?.length).toBeGreaterThan(0);
  expect(participants.split("\n").filter((line) => line.includes("Hilkka"))).toHaveLength(1);
  const tests = await server.must("export", "--municipality", "091", "--kind", "scores");
  expect(tests.split("\n").filter((line) => line.includes("sppb_total,"))).toHaveLength(2);

  // The officer's figures have moved by exactly that: one session, seventeen visits.
  const after = await figures(server);
  expect(after).toMatchObject({ sessions_held: before.sessions_held + 1, visits: before.visits + 17 });
  expect(await visitsOnPage(officer, server)).toBe(after.visits);
});

test("one tap marks, the next takes it back, a trembling second tap counts once", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const aino = row(page, "Aino");
  await aino.locator(".roll-row__tap").dblclick();
  await expect(aino).toHaveAttribute("data-mark", "present");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(aino).toHaveAttribute("data-mark", "none");

  await aino.locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(aino).toHaveAttribute("data-mark", "absent_informed");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(`${people - 1} / ${people} paikalla`);
  await expect(aino).toHaveAttribute("data-mark", "absent_informed");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(`0 / ${people} paikalla`);
});

test("what is taken back after a visitor was added is the visitor's mark, then the one before", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await mark(page, ["Aino"]);
  await register(page, "Hilkka", "1940", false);
  const step = page.locator(".undo-bar");
  await expect(step).toContainText("Hilkka");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Hilkka")).toHaveAttribute("data-mark", "none");
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(step).toContainText("Aino");
  await awake(page);
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "none");
});

test("ending a session asks about the unmarked and says whom to call", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await row(page, "Kerttu").locator(".roll-row__tap").click();
  await expect(row(page, "Kerttu")).toHaveAttribute("data-mark", "none");
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("1 henkilö on merkitsemättä");
  await sheet.getByRole("button", { name: "poissa, ei ilmoitusta" }).first().click();
  // Kerttu was absent without notice last week too.
  await expect(sheet).toContainText("Kenelle kannattaa soittaa?");
  await expect(sheet.locator(".calls__name")).toHaveText(["Kerttu Mäkelä"]);
  await sheet.getByRole("button", { name: "Päätä kerta" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
});

test("another tablet's mark appears by itself", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  await row(one, "Helmi").locator(".roll-row__tap").click();
  await expect(row(two, "Helmi")).toHaveAttribute("data-mark", "present");
  await expect(row(one, "Helmi")).toHaveAttribute("data-sync", "server");
});

test("on a line of 20 kbit/s marks reach the server once and the other tablet, and are called sent only then", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  const line = await one.context().newCDPSession(one);
  await line.send("Network.enable");
  const slow = { offline: false, latency: 300, downloadThroughput: 20_000 / 8, uploadThroughput: 20_000 / 8 };
  await line.send("Network.emulateNetworkConditions", slow);
  await mark(one, fifteen);
  const sent = one.getByRole("link", { name: "Kaikki on lähetetty." });
  await expect(sent).toHaveCount(0);
  await expect(sent).toBeVisible({ timeout: 60_000 });
  for (const name of fifteen) await expect(row(one, name)).toHaveAttribute("data-sync", "server");
  await expect(two.locator(".roll__counter")).toHaveText(`${fifteen.length} / ${people} paikalla`);
  const attendance = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(attendance.split("\n").filter((line) => line.includes("present"))).toHaveLength(fifteen.length + people - 1);
});

test("signing out is refused while something is unsent, and removes the data afterwards", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await server.stop();
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: "Minä" }).click();
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByRole("dialog")).toContainText("odottaa lähetystä");
  await server.start();
  await page.getByRole("dialog").getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
  const left = await page.evaluate(async () => (await indexedDB.databases()).map((database) => database.name));
  expect(left).toEqual(["virea-tablet"]);
});

test("a peer instructor sees names and marks, no birth years, results or telephone numbers", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await expect(page.getByRole("dialog").getByRole("link", { name: "Mittaa" })).toHaveCount(0);
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.getByRole("heading", { name: "Läsnäolo tällä kaudella" })).toBeVisible();
  for (const hidden of ["Tulokset", "Luvat", "vuotta", "040"]) {
    await expect(page.locator("main")).not.toContainText(hidden);
  }
});

test("what was typed of a visitor is there after the browser's death", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.getByLabel("Etunimi tai kutsumanimi").pressSequentially("Hilkka-Marja");
  await page.getByLabel("Syntymävuosi").pressSequentially("194");
  const address = page.url();
  await kept(page, "Hilkka-Marja", '"194"');
  await tablet.kill();
  page = await tablet.open();
  await page.goto(address);
  await expect(page.getByLabel("Etunimi tai kutsumanimi")).toHaveValue("Hilkka-Marja");
  await expect(page.getByLabel("Syntymävuosi")).toHaveValue("194");
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await expect(page.getByText("Kirjoita syntymävuosi neljällä numerolla")).toBeVisible();
  await expect(page.getByLabel("Syntymävuosi")).toBeFocused();
});

test("a tablet that has lost its sign-in records on, and sends everything after a new one", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await page.context().clearCookies();
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: "Kirjaudu" }).click();
  await page.getByLabel("Käyttäjätunnus").fill(instructor);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => line.includes("present"))).toHaveLength(1 + people - 1);
});
