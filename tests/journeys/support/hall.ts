// A municipality with groups, people and staff, made the way a town makes it: files by the command line, accounts
// by their set-up codes. All people are invented.

import { expect, type Locator, type Page, request } from "@playwright/test";
import { rmSync } from "node:fs";
import { Virea } from "./server";

export const password = "hiljainen-metsä-17";
export const instructor = "outi.ohjaaja@example.fi";
export const peer = "veikko.vertainen@example.fi";
export const group = "Koskelan tiistairyhmä";

const called = [
  "Marja", "Aino", "Veikko", "Kerttu", "Raili", "Pentti", "Gunvor", "Åke", "Helmi", "Toivo",
  "Irja", "Örjan", "Kauko", "Märta", "Eila", "Sulo", "Anja", "Marja",
];
const families = [
  "Virtanen", "Korhonen", "Nieminen", "Mäkelä", "Lehto", "Salminen", "Lindqvist", "Åberg", "Koskinen", "Aalto",
  "Rantanen", "Öhman", "Heikkinen", "Söderström", "Laine", "Hakala", "Niemi", "Vaara",
];

/** The day that the browser's clock shows. */
export function today(): string {
  return new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Helsinki" });
}

/** Today's day of the week, Monday 1 … Sunday 7. */
export function weekdayOfToday(): number {
  return ((new Date(`${today()}T12:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

/** A day as people write it: "8.9.2026". */
export function written(day: string): string {
  return day.split("-").map(Number).reverse().join(".");
}

/** A day so many days from today. */
export function day(ahead: number): string {
  return new Date(Date.now() + ahead * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Europe/Helsinki" });
}

/** Easter Sunday by the Gregorian rule (Meeus, Astronomical Algorithms, chapter 8), in UTC. */
function easter(year: number): number {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((8 * b + 13) / 25) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const n = h + l - 7 * Math.floor((a + 11 * h + 22 * l) / 451) + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1);
}

/** Whether groups do not meet on that day: the core's rule (groups/season.rs). */
function isHoliday(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  const [month, date, weekday] = [at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCDay()];
  const fixed = ["1-1", "1-6", "5-1", "12-6", "12-24", "12-25", "12-26"].includes(`${month}-${date}`);
  const midsummer = month === 6 && ((weekday === 5 && date >= 19 && date <= 25) || (weekday === 6 && date >= 20 && date <= 26));
  const allSaints = weekday === 6 && ((month === 10 && date === 31) || (month === 11 && date <= 6));
  const fromEaster = (at.getTime() - easter(at.getUTCFullYear())) / 86_400_000;
  return fixed || midsummer || allSaints || [-2, 0, 1, 39, 49].includes(fromEaster);
}

/** Days until the group meets next after today. */
export function untilNext(): number {
  return [7, 14, 21].find((ahead) => !isHoliday(day(ahead))) ?? 28;
}

/** How many people are in the instructor's group. */
export const people = called.length;

/** The towns that this worker has made, by the day on which their first group meets. */
const towns = new Map<string, Promise<Virea>>();

/** Gives the server a town whose first group meets today, with an instructor and a peer instructor: a copy, since making
 *  one anew takes longer than many a journey. */
export async function furnish(server: Virea): Promise<void> {
  const made = towns.get(today()) ?? town();
  towns.set(today(), made);
  await server.takeOver((await made).data);
}

/** A stopped server with that town; its folder is there until the worker ends. */
async function town(): Promise<Virea> {
  const server = await (await Virea.fresh()).start();
  process.once("exit", () => rmSync(server.folder, { recursive: true, force: true }));
  await settle(server);
  await server.stop("SIGTERM");
  return server;
}

/** Imports the town's people, and gives the instructor and the peer instructor their passwords. */
async function settle(server: Virea): Promise<void> {
  await server.must("admin", "municipality", "091", "Koskela");
  const weekday = weekdayOfToday();
  const files: Record<string, string> = {
    participants: [
      "participant_ref;given_names;family_name;called_name;birth_date;sex;language;phone;health_consent_on",
      ...called.map((name, i) =>
        [`P${i}`, name, families[i], name, `194${i % 10}-03-0${(i % 9) + 1}`, i % 3 ? "female" : "male",
          i % 5 ? "fi" : "sv", `040 123 45${String(i).padStart(2, "0")}`, i === 17 ? "" : day(-90)].join(";")),
    ].join("\n"),
    groups: [
      "group_ref;name;kind;provider;place;weekday;starts_at;minutes;capacity;season_start;season_end",
      `G1;${group};strength_balance;;Koskelan sali;${weekday};13:00;60;20;${day(-60)};${day(60)}`,
      `G2;Lehdon torstairyhmä;strength_balance;;Lehdon koulu;${(weekday % 7) + 1};10:00;60;20;${day(-60)};${day(60)}`,
    ].join("\n"),
    memberships: [
      "group_ref;participant_ref;joined_on;left_on;exit_reason",
      ...called.map((_, i) => `G1;P${i};${day(-60)};;`),
      ...called.slice(0, 6).map((_, i) => `G2;P${i};${day(-60)};;`),
    ].join("\n"),
    attendance: [
      "group_ref;held_on;session_status;participant_ref;mark",
      ...called.map((_, i) => `G1;${day(-7)};held;P${i};${i === 3 ? "absent_unknown" : "present"}`),
    ].join("\n"),
    assessments: [
      "participant_ref;measured_on;instrument;item;trial;value;not_done;course_m;aid;note",
      ...["side_by_side", "semi_tandem"].map((item) => `P0;${day(-80)};sppb;${item};1;10,00;;;;`),
      `P0;${day(-80)};sppb;tandem;1;6,50;;;;`,
      `P0;${day(-80)};sppb;gait;1;5,40;;4;none;`,
      `P0;${day(-80)};sppb;chair5;1;15,10;;;;`,
    ].join("\n"),
  };
  for (const [kind, text] of Object.entries(files)) {
    await server.must("import", "--municipality", "091", "--kind", kind, server.file(`${kind}.csv`, `${text}\n`));
  }
  await hire(server, instructor, "instructor", "Outi Ohjaaja", "G1", "G2");
  await hire(server, peer, "peer_instructor", "Veikko Vertainen", "G1");
}

/** Makes an account and chooses its password with the one-time code. */
export async function hire(server: Virea, login: string, role: string, name: string, ...groups: string[]) {
  const leads = groups.flatMap((group) => ["--group", group]);
  const said = await server.must(
    "admin", "account", "--municipality", "091", "--role", role, "--name", name, ...leads, login,
  );
  const code = said.trim().split("\n").pop()?.trim() ?? "";
  const browser = await request.newContext({ baseURL: server.url, extraHTTPHeaders: { "sec-fetch-site": "same-origin" } });
  const answer = await browser.post("/set-up", { form: { code, password, again: password }, maxRedirects: 0 });
  expect(answer.status(), `set-up of ${login} with ${code}`).toBe(303);
  await browser.dispose();
}

/** Adds an event of today to the town, with an instructor who leads nothing else; how they sign in. */
export async function furnishEvent(server: Virea): Promise<string> {
  const event = [
    "group_ref;name;kind;provider;place;weekday;starts_at;minutes;capacity;season_start;season_end",
    `G9;Luento kaatumisista;event;;Kirjasto;${weekdayOfToday()};13:00;60;;${day(-60)};${day(60)}`,
  ];
  await server.must("import", "--municipality", "091", "--kind", "groups", server.file("event.csv", `${event.join("\n")}\n`));
  const login = "tapio.tapahtuma@example.fi";
  await hire(server, login, "instructor", "Tapio Tapahtuma", "G9");
  return login;
}

/** Signs in on the tablet and waits until the first download is done. */
export async function enter(page: Page, server: Virea, login = instructor): Promise<void> {
  await page.goto(`${server.url}/tablet`);
  await page.getByLabel("Käyttäjätunnus").fill(login);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  // From now on the app must open without the network.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
}

/** Opens the roll call of the session at hand. */
export async function openRoll(page: Page): Promise<void> {
  await page.locator(".hand__begin").click();
  await awake(page);
}

/** Makes the next writing transaction of an object store fail in the given way, once. */
export async function failNext(page: Page, how: "abort" | "quota", store: "outbox" | "drafts" = "outbox") {
  await page.evaluate(({ how, store }) => {
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = real.call(this, stores, mode, options);
      if (mode === "readwrite" && [...transaction.objectStoreNames].includes(store)) {
        IDBDatabase.prototype.transaction = real;
        if (how === "quota") {
          Object.defineProperty(transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
        }
        // After the writes were asked for, as a disk that fails at commit does.
        transaction.commit = () => transaction.abort();
      }
      return transaction;
    };
  }, { how, store });
}

/** The instructor's and the peer instructor's tablets, each in the roll. */
export async function twoInRoll(server: Virea, browse: () => Promise<Page>): Promise<[Page, Page]> {
  await furnish(server);
  const [one, two] = [await browse(), await browse()];
  await enter(one, server);
  await enter(two, server, peer);
  await openRoll(one);
  await openRoll(two);
  return [one, two];
}

/** Answers what comes before somebody's first test of the day: no to every question but these, then "all is well". */
export async function answerBeforeTest(page: Page, ...yes: number[]): Promise<void> {
  await answerQuestions(page, ...yes);
  await page.getByRole("button", { name: words.fine }).click();
}

/**
 * Chooses an answer on its card. The page scrolls under the finger: a tap too soon on the same place is taken for a
 * trembling hand's second one, and a person would see that nothing was chosen and tap again.
 */
export async function choose(card: Locator): Promise<void> {
  const box = card.locator("input");
  await expect(async () => {
    if (!(await box.isChecked())) await card.click();
    await expect(box).toBeChecked({ timeout: 400 });
  }).toPass();
}

/** Presses a button until what follows is there, for the same reason. */
export async function pressUntil(button: Locator, follows: Locator): Promise<void> {
  await expect(async () => {
    if (!(await follows.isVisible())) await button.click({ timeout: 1_000 });
    await expect(follows).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

/** The twelve questions, with a yes to those with these numbers. */
export async function answerQuestions(page: Page, ...yes: number[]): Promise<void> {
  const questions = page.locator(".ask__question");
  await expect(questions).toHaveCount(12);
  for (let n = 1; n <= 12; n++) await choose(questions.nth(n - 1).locator(".choice").nth(yes.includes(n) ? 1 : 0));
  await page.getByRole("button", { name: words.save }).click();
}

const words = { fine: /^(Kaikki kunnossa|Allt är bra|All is well)/, save: /^(Tallenna vastaukset|Spara svaren|Save the answers)$/ };

/** Waits until the rows stand there. That they take no tap for a moment, a click of the tool waits for by itself. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator(".roll__rows")).toBeVisible();
}

/** A row of the roll call by the name on it. */
export function row(page: Page, name: string) {
  return page.locator(".roll-row", { has: page.locator(".roll-row__name", { hasText: new RegExp(`^${name}$`) }) });
}

/** Opens the card of somebody on the roll, down to the part with that id. */
export async function openCard(page: Page, name: string, part: string) {
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.locator(`#${part}`)).toBeVisible();
}

/** Types a value of the chosen trial on the pad. */
export async function typeValue(page: Page, value: string) {
  const hand = page.getByRole("button", { name: "Kirjaa itse" });
  const pad = (key: string) => page.getByRole("button", { name: key === "," ? "pilkku" : key, exact: true });
  // The first test that a tablet opens is read from a file of its own.
  await hand.or(pad("0")).first().waitFor();
  if (await hand.isVisible()) await hand.click();
  for (const key of value) await pad(key).click();
}

/** Whether what was pressed is gone a second later. */
const gone = (pressed: Locator) => pressed.waitFor({ state: "hidden", timeout: 1_000 }).then(() => true, () => false);

/** Goes on over trials that may stay empty, until that part of the test is open. */
export async function goOn(page: Page, part: string) {
  const there = page.getByRole("button", { name: `Seuraava: ${part}`, exact: true });
  const trial = page.getByRole("button", { name: /^Seuraava: \d/ });
  for (;;) {
    await there.or(trial).waitFor();
    // A view that has just come takes no press yet: a person presses again.
    if (await there.isVisible()) {
      await there.click();
      if (await gone(there)) return;
    } else {
      await trial.click();
    }
  }
}

/** Opens somebody's tests from the roll. */
export async function openTests(page: Page, name: string) {
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
}

/** Signs in and goes the whole way to somebody's tests, through the roll and what is asked before them. */
export async function reachTests(page: Page, server: Virea, name = "Aino") {
  await enter(page, server);
  await openRoll(page);
  await openTests(page, name);
  await answerBeforeTest(page);
}

/** Opens one of the tests of the person whose tests are open. */
export async function begin(page: Page, test: RegExp) {
  await page.getByRole("button", { name: test }).click();
}

/** Two tablets correct one result of Aino's in two ways, while the server is stopped; each shows her card. */
export async function correctTwice(server: Virea, one: Page, two: Page) {
  const correct = async (page: Page, value: string) => {
    await page.getByRole("link", { name: "Korjaa tulosta" }).click();
    await typeValue(page, value);
    await goOn(page, "Tulos");
    await page.getByLabel("Miksi tulosta korjataan?").fill("Luettiin väärin");
    await page.getByRole("button", { name: "Tallenna korjaus" }).click();
    await expect(page.getByRole("link", { name: "Korjaa tulosta" })).toBeVisible();
  };
  await reachTests(one, server);
  await begin(one, /^TUG/);
  await typeValue(one, "12,3");
  await goOn(one, "Tulos");
  await one.getByRole("button", { name: "Tallenna tulos" }).click();
  await one.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await enter(two, server);
  await two.goto(one.url());
  await server.stop();
  await correct(one, "11,5");
  await correct(two, "10,9");
}

/** Waits until the draft on the disk holds these words: writing follows typing by some milliseconds. */
export async function kept(page: Page, ...words: string[]) {
  await stored(page, "drafts", ...words);
}

/** Waits until that store on the disk holds these words. */
export async function stored(page: Page, store: "drafts" | "cache", ...words: string[]) {
  await expect
    .poll(() =>
      page.evaluate(async (store) => {
        const name = (await indexedDB.databases()).map((found) => found.name ?? "").find((found) => found !== "virea-tablet");
        const opened = await new Promise<IDBDatabase>((done) => {
          const request = indexedDB.open(name ?? "");
          request.onsuccess = () => done(request.result);
        });
        const rows = await new Promise<Uint8Array[]>((done) => {
          const request = opened.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => done(request.result);
        });
        opened.close();
        return rows.map((row) => new TextDecoder().decode(row)).join();
      }, store),
    )
    .toMatch(new RegExp(words.join(".*")));
}
