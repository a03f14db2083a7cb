// A full registration on the tablet, part by part and without network: what is open is told, what was answered stays, and
// the desk shows it (docs/scoring.md, Full registration).

import type { Locator, Page } from "@playwright/test";
import { accessible, enterAs, expect, fits, picture, sizes, targets, targetsAtEveryWidth, test } from "./support/journey";
import { answerQuestions, choose as chosen, enter, furnish, hire, kept, openRoll, row } from "./support/hall";

const shapes = {
  upright: { viewport: sizes.tablet, colorScheme: "light" },
  sideways: { viewport: { width: 1180, height: 820 }, colorScheme: "dark" },
  phone: { viewport: sizes.phone, colorScheme: "light" },
} as const;

/** Registers a visitor the short way and opens the card. */
async function visitor(page: Page, name: string) {
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").fill(name);
  await page.locator("#birth-year").fill("1940");
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.locator("#registration")).toBeVisible();
}

/** Chooses an answer of a question by the words on its card. */
async function choose(page: Page, question: string, answer: string) {
  await chosen(page.locator(`fieldset#${question} .choice`, { hasText: new RegExp(`^${answer}$`) }));
}

const save = (page: Page) => page.getByRole("button", { name: "Tallenna ja jatka" });
const title = (page: Page, words: string) => expect(page.getByRole("heading", { level: 1, name: words })).toBeVisible();

/** Goes through all parts, with what is done on each before it is saved. */
async function throughAll(page: Page, look: (name: string) => Promise<void>) {
  await title(page, "Nimi ja syntymäaika");
  await page.locator("#family").fill("Seppälä");
  await page.locator("#birth-year").fill("5.5.1940");
  await choose(page, "sex", "nainen");
  await look("who");
  await save(page).click();
  await title(page, "Kieli ja yhteystiedot");
  await choose(page, "language", "ruotsi");
  await page.locator("#phone").fill("123");
  await page.locator("#postal-code").fill("0056");
  await save(page).click();
  await expect(page.locator("#phone-wrong")).toContainText("puhelinnumero");
  await expect(page.locator("#postal-code-wrong")).toContainText("viisi numeroa");
  await expect(page.locator("#phone")).toBeFocused();
  await look("contact");
  await page.locator("#phone").fill("040 123 999");
  await page.locator("#postal-code").fill("00560");
  await save(page).click();
  await title(page, "Hätäyhteys");
  await page.locator("#emergency").fill("Tytär Tuula 040 222 3333");
  await look("emergency");
  await save(page).click();
  await title(page, "Luvat");
  await consents(page, look);
  await title(page, "Kohderyhmän kysymykset");
  await targetGroup(page, look);
  await title(page, "Elämäntilanne");
  for (const question of ["living", "education", "income", "transport"]) await choose(page, question, "ei halua kertoa");
  await choose(page, "pension", "kyllä");
  await look("position");
  await save(page).click();
  await title(page, "Turvallisuuskysymykset");
  await look("safety");
}

const purpose = (page: Page, code: string): Locator => page.locator(`[data-purpose=${code}]`);

/** Presses until it is said: see `choose` in support/hall.ts. */
async function say(page: Page, code: string, answer: string, told: string) {
  const button = purpose(page, code).getByRole("button", { name: answer });
  await expect(async () => {
    if (await button.isVisible()) await button.click();
    await expect(purpose(page, code)).toContainText(told, { timeout: 400 });
  }).toPass();
}

async function consents(page: Page, look: (name: string) => Promise<void>) {
  for (const code of ["health_tests", "contact_survey"]) await say(page, code, "Kyllä, lupa annettu", "annettu");
  await say(page, "home_care_exchange", "Ei lupaa", "peruttu");
  // A yes is taken back in the same place.
  await say(page, "contact_survey", "Peru lupa", "peruttu");
  await look("consents");
  await page.getByRole("button", { name: "Jatka", exact: true }).click();
}

async function targetGroup(page: Page, look: (name: string) => Promise<void>) {
  await choose(page, "home", "omassa kodissa");
  const once = page.getByRole("button", { name: "1", exact: true });
  await expect(async () => {
    await once.click();
    await expect(once).toHaveAttribute("aria-pressed", "true", { timeout: 400 });
  }).toPass();
  await page.locator("#minutes").fill("3000");
  for (const sign of ["walk500", "stairs", "fell"]) await choose(page, sign, "ei");
  await choose(page, "aid", "kyllä");
  // Left half way, by an empty battery: what was answered stays.
  await kept(page, '"own_home"', '"uses_aid_outdoors":true', '"3000"');
  await page.reload();
  await title(page, "Kohderyhmän kysymykset");
  await expect(page.locator("#minutes")).toHaveValue("3000");
  await expect(page.locator("fieldset#home .choice", { hasText: "omassa kodissa" }).locator("input")).toBeChecked();
  await save(page).click();
  await expect(page.locator("#minutes-wrong")).toContainText("0–2000");
  await page.locator("#minutes").fill("60");
  await choose(page, "memory", "ei");
  await look("target");
  await save(page).click();
}

for (const [name, shape] of Object.entries(shapes)) {
  test(`a visitor's registration is completed part by part without network, and the desk shows it, ${name}`, async ({ server, browse }) => {
    test.setTimeout(120_000);
    await furnish(server);
    const page = await browse(shape);
    await enter(page, server);
    await openRoll(page);
    await server.stop();
    await visitor(page, "Hilkka");
    await expect(page.locator("#registration")).toContainText("Rekisteröinti on kesken");
    await expect(page.locator("#registration")).toContainText("luvat, kohderyhmän kysymykset, elämäntilanne ja turvallisuuskysymykset");
    await picture(page, `registration-${name}-card`);
    await page.getByRole("link", { name: "Täydennä rekisteröinti" }).click();
    await expect(page.locator("main .row")).toHaveCount(7);
    await expect(page.locator("main .row", { hasText: "Kieli ja yhteystiedot" })).toContainText("Puuttuu: kieli, puhelin ja postinumero");
    const look = async (view: string) => {
      await accessible(page);
      await fits(page);
      await targets(page, 56);
      await picture(page, `registration-${name}-${view}`);
    };
    await look("open");
    await page.getByRole("link", { name: /Nimi ja syntymäaika/ }).click();
    await throughAll(page, look);
    await answerQuestions(page, 8);
    // Back at the whole: everything is there, with what the rules advise and why.
    await title(page, "Rekisteröinti");
    await expect(page.getByText("Rekisteröinti on valmis")).toBeVisible();
    await expect(page.getByText("Kuuluu kohderyhmään")).toBeVisible();
    await expect(page.locator("main")).toContainText("toimintakyky alentunut 2, liikkuu vähän 2, takuueläke tai asumistuki 1, 85 vuotta täyttänyt 1");
    await expect(page.locator("main")).toContainText("Koordinaattori tekee päätöksen");
    await look("complete");
    await page.getByRole("button", { name: "Takaisin" }).click();
    await expect(page.locator("#registration")).toContainText("Rekisteröinti on valmis");

    await server.start();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
    const desk = await browse({ viewport: sizes.desk });
    await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
    await desk.goto(`${server.url}/applications`);
    await desk.getByRole("link", { name: /Hilkka/ }).first().click();
    await expect(desk.locator("#advice")).toContainText("Kuuluu kohderyhmään");
    await expect(desk.locator("main")).toContainText("salissa");
    await expect(desk.locator("main")).toContainText("Päätöstä ei ole vielä tehty");
    await desk.getByRole("link", { name: "Avaa osallistuja" }).click();
    const person = desk.locator("main");
    for (const words of ["Seppälä", "040123999", "00560", "ruotsi", "Tytär Tuula 040 222 3333", "ei halua kertoa"]) {
      await expect(person).toContainText(words);
    }
  });
}

test("who gives no consent to tests is not asked the safety questions, and the registration is complete without them", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await visitor(page, "Hilkka");
  await page.getByRole("link", { name: "Täydennä rekisteröinti" }).click();
  await page.getByRole("link", { name: /Turvallisuuskysymykset/ }).click();
  await expect(page.getByText("Kysy ensin lupa mittauksiin.")).toBeVisible();
  await expect(page.locator(".ask__question")).toHaveCount(0);
  await page.getByRole("button", { name: "Takaisin" }).click();
  await page.getByRole("link", { name: /Luvat/ }).click();
  await purpose(page, "health_tests").getByRole("button", { name: "Ei lupaa" }).click();
  await page.getByRole("button", { name: "Takaisin" }).click();
  await expect(page.locator("main .row", { hasText: "Turvallisuuskysymykset" })).toContainText("valmis");
  await page.getByRole("link", { name: /Turvallisuuskysymykset/ }).click();
  await expect(page.getByText("Ei kysytä, koska lupaa mittauksiin ei ole.")).toBeVisible();
  await accessible(page);
});

test("a part that was begun takes nothing back that another tablet has told since", async ({ server, browse }) => {
  await furnish(server);
  await hire(server, "sanna.sijainen@example.fi", "instructor", "Sanna Sijainen", "G1");
  const [one, two] = [await browse(), await browse()];
  await enter(one, server);
  await openRoll(one);
  await visitor(one, "Hilkka");
  const part = `${one.url()}/registration/contact`;
  await one.goto(part);
  await choose(one, "language", "ruotsi");
  await kept(one, '"language":"sv"');
  const sent = (page: Page) => expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await sent(one);

  await enter(two, server, "sanna.sijainen@example.fi");
  await two.goto(part);
  await two.locator("#phone").fill("040 123 999");
  await save(two).click();
  await title(two, "Hätäyhteys");
  await sent(two);

  // The draft is taken up over what is known by now.
  await one.evaluate(() => dispatchEvent(new Event("online")));
  await expect(async () => {
    await one.goto(part);
    await expect(one.locator("#phone")).toHaveValue("040123999", { timeout: 1_000 });
  }).toPass();
  await expect(one.locator("fieldset#language .choice", { hasText: "ruotsi" }).locator("input")).toBeChecked();
  await save(one).click();
  await title(one, "Hätäyhteys");
  await sent(one);
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/people?q=Hilkka`);
  await desk.getByRole("link", { name: /Hilkka/ }).first().click();
  for (const words of ["040123999", "ruotsi"]) await expect(desk.locator("main")).toContainText(words);
});

test("the parts of a registration have large targets at every width and text size", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await visitor(page, "Hilkka");
  const card = new URL(page.url()).pathname;
  for (const part of ["", "/who", "/contact", "/emergency", "/consents", "/target_group", "/position", "/safety"]) {
    await page.goto(`${server.url}${card}/registration${part}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await targetsAtEveryWidth(page, 56);
  }
});

test("a registration in Swedish and English", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  await visitor(page, "Hilkka");
  const card = page.url();
  for (const [language, words] of Object.entries({ Svenska: "Frågor om målgruppen", English: "Questions on the target group" })) {
    await page.goto(`${server.url}/tablet/me`);
    await page.getByRole("button", { name: language }).click();
    await page.goto(`${card}/registration`);
    await page.getByRole("link", { name: new RegExp(words) }).click();
    await expect(page.getByRole("heading", { level: 1, name: words })).toBeVisible();
    await accessible(page);
    await fits(page);
    await picture(page, `registration-${language}`);
  }
});
