// Every view of the tablet, full, empty and with an error: axe, sizes of targets, pictures, three languages,
// light and dark, portrait on a tablet and on a phone.

import { accessible, expect, picture, sizes, targets, targetsAtEveryWidth, test } from "./support/journey";
import { answerBeforeTest, answerQuestions, begin, enter, furnish, goOn, hire, instructor, openRoll, openTests, password, row, today, typeValue } from "./support/hall";
import type { Page } from "@playwright/test";

/** Rows, buttons and keys in the hall are at least this high (nothing under 44 px). */
const least = 56;

async function look(page: Page, name: string) {
  await accessible(page);
  await picture(page, `tablet-${name}`);
}

/** Opens an address of the app and waits until its view is drawn. */
async function go(page: Page, path: string) {
  await page.goto(new URL(path, page.url()).href);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

for (const scheme of ["light", "dark"] as const) {
  test(`every view is accessible, ${scheme}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ colorScheme: scheme, viewport: sizes.tablet });
    await page.goto(`${server.url}/tablet`);
    await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
    await page.getByRole("button", { name: "Kirjaudu" }).click();
    await expect(page.getByText("Kirjoita käyttäjätunnus.").first()).toBeVisible();
    await look(page, `${scheme}-sign-in`);
    await enter(page, server);
    await look(page, `${scheme}-start`);

    await openRoll(page);
    await row(page, "Aino").locator(".roll-row__tap").click();
    await row(page, "Anja").locator(".roll-row__tap").click();
    await row(page, "Eila").locator(".roll-row__more").click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look(page, `${scheme}-sheet`);
    await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
    await look(page, `${scheme}-roll`);
    await page.getByRole("button", { name: "Päätä kerta" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look(page, `${scheme}-closing`);
    await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();

    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    await page.getByLabel("Syntymävuosi").fill("1990");
    await page.getByRole("button", { name: "Lisää ryhmään" }).click();
    await expect(page.getByText("Kirjoita etunimi.")).toBeVisible();
    await look(page, `${scheme}-visitor`);
    await page.goBack();

    await row(page, "Marja Virtanen").locator(".roll-row__more").click();
    await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
    await expect(page.getByRole("heading", { name: "Tulokset" })).toBeVisible();
    await look(page, `${scheme}-card`);
    const card = new URL(page.url()).pathname;
    for (const part of ["registration", "registration/who", "registration/contact", "registration/emergency", "registration/consents",
      "registration/target_group", "registration/position", "registration/safety", "pause", "contact", "home", "home/days"]) {
      await go(page, `${card}/${part}`);
      await look(page, `${scheme}-${part.replace("/", "-")}`);
    }
    await go(page, card);
    await page.getByRole("link", { name: "Mittaa" }).click();
    await expect(page.locator(".ask__question")).toHaveCount(12);
    await look(page, `${scheme}-questions`);
    await answerQuestions(page, 8, 12);
    await look(page, `${scheme}-check-of-the-day`);
    await page.getByRole("button", { name: "Kaikki kunnossa" }).click();
    await expect(page.getByText("Huomioi mittauksessa")).toBeVisible();
    await look(page, `${scheme}-choose`);
    await page.getByRole("button", { name: /SPPB/ }).click();
    await page.getByRole("button", { name: "Pysyi 10 s" }).click();
    await look(page, `${scheme}-timer`);
    await typeValue(page, "5");
    await look(page, `${scheme}-balance`);
    await page.getByRole("button", { name: "Ei tehty" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await look(page, `${scheme}-reasons`);
    await page.getByRole("button", { name: "mittaaja arvioi turvattomaksi" }).click();
    await goOn(page, "Kävely");
    await typeValue(page, "25");
    await expect(page.getByText("Onko se oikein?")).toBeVisible();
    await look(page, `${scheme}-gait`);
    await page.getByRole("button", { name: "Kyllä, oikein" }).click();
    await goOn(page, "Tuolilta nousu");
    await typeValue(page, "9");
    await goOn(page, "Tulos");
    await look(page, `${scheme}-result`);

    await server.stop();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await go(page, "/tablet/groups");
    await page.getByRole("button", { name: "Koskelan tiistairyhmä" }).click();
    await look(page, `${scheme}-groups`);
    await go(page, "/tablet/decide");
    await look(page, `${scheme}-decide`);
    // What the program knows of its numbers is on the tablet, too.
    await go(page, "/tablet/sources");
    await expect(page.getByRole("heading", { level: 1, name: "Mistä luvut tulevat?" })).toBeVisible();
    await expect(page.locator("#sources")).toContainText("Guralnik 1994");
    await look(page, `${scheme}-sources`);
    await go(page, "/tablet/device");
    await look(page, `${scheme}-device`);
    await go(page, "/tablet/me");
    await look(page, `${scheme}-me`);
    await go(page, "/tablet/nowhere");
    await look(page, `${scheme}-nowhere`);
  });
}

test("targets are large enough and nothing scrolls sideways at every width and text size", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  // The browser's own offer comes when it likes. Without it the steps are shown, which are wider than its button.
  await page.addInitScript(() => addEventListener("beforeinstallprompt", (event) => event.stopImmediatePropagation()));
  await page.goto(`${server.url}/tablet`);
  await targetsAtEveryWidth(page, 44);
  await enter(page, server);
  await targetsAtEveryWidth(page, least);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await targetsAtEveryWidth(page, least);
  for (const tap of await page.locator(".roll-row__tap").all()) {
    expect((await tap.boundingBox())?.height).toBeGreaterThanOrEqual(64);
  }
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await targets(page, least);
  await page.getByRole("link", { name: "Mittaa" }).click();
  await targetsAtEveryWidth(page, least);
  await answerQuestions(page);
  await targetsAtEveryWidth(page, least);
  await page.getByRole("button", { name: "Kaikki kunnossa" }).click();
  await page.getByRole("button", { name: /SPPB/ }).click();
  await targetsAtEveryWidth(page, least);
  await page.getByRole("button", { name: "Kirjaa itse" }).click();
  await targetsAtEveryWidth(page, least);
  for (const key of await page.locator(".pad__key").all()) {
    const box = await key.boundingBox();
    expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(72);
  }
  const card = new URL(page.url()).pathname.replace(/\/measure.*/, "");
  for (const part of ["", "/registration", "/pause", "/contact", "/home", "/home/days"]) {
    await go(page, `${card}${part}`);
    await targetsAtEveryWidth(page, least);
  }
  await go(page, "/tablet/groups");
  await targetsAtEveryWidth(page, 44);
  // With the server away the device's view lists what waits; with it back there is nothing to list.
  await server.stop();
  await go(page, "/tablet");
  await openRoll(page);
  await row(page, "Raili").locator(".roll-row__tap").click();
  await go(page, "/tablet/device");
  await expect(page.getByText("Odottavat merkinnät")).toBeVisible();
  await expect(page.getByText("Avaa selaimen valikko kolmesta pisteestä.")).toBeVisible();
  await targetsAtEveryWidth(page, 44);
  await go(page, "/tablet/me");
  await targetsAtEveryWidth(page, 44);
  // The way there is a large target on every view with room for it.
  const me = await page.getByRole("link", { name: "Minä" }).boundingBox();
  expect(Math.min(me?.width ?? 0, me?.height ?? 0)).toBeGreaterThanOrEqual(64);
});

test("the views of a test day have targets as large at every width and text size", async ({ server, browse }) => {
  test.setTimeout(240_000);
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const roll = new URL(page.url()).pathname;
  // What opens is measured open.
  const measured = async () => {
    await page.evaluate(() => document.querySelectorAll("main details").forEach((one) => ((one as HTMLDetailsElement).open = true)));
    await targetsAtEveryWidth(page, least);
  };
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  await expect(page.locator(".tests")).toHaveCount(2);
  const person = new URL(page.url()).pathname.replace("/measure", "");
  for (const one of await page.locator(".tests__test").all()) {
    expect((await one.boundingBox())?.height).toBeGreaterThanOrEqual(96);
  }
  await measured();
  await begin(page, /SPPB/);
  for (let stand = 0; stand < 3; stand++) await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await goOn(page, "Kävely");
  await typeValue(page, "4,6");
  await goOn(page, "Tuolilta nousu");
  await typeValue(page, "14");
  await goOn(page, "Tulos");
  await expect(page.locator(".told__line--main")).toContainText("/ 12");
  await measured();
  const board = `/tablet/tests/${person.split("/").pop()}/${today()}`;
  for (const path of [board, `${board}/grip`, `${person}/paper/tug`, "/tablet/practice", "/tablet/sources", `${roll}/visitor`]) {
    await go(page, path);
    await measured();
  }
  // What a frame cuts off makes no page wider: the board's cells stand on the narrowest screen with large text, too.
  await go(page, board);
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await page.setViewportSize({ width: 320, height: 900 });
  const cell = await page.locator(".board__cell").first().boundingBox();
  expect((cell?.x ?? 0) + (cell?.width ?? 320)).toBeLessThanOrEqual(320);
});

const words = {
  sv: { language: "Svenska", title: "I dag", begin: /Börja|Fortsätt/, all: "Alla är här" },
  en: { language: "English", title: "Today", begin: /Start|Continue/, all: "All present" },
} as const;

for (const [code, say] of Object.entries(words)) {
  test(`the hall in ${say.language} on a phone`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ viewport: sizes.phone });
    await page.goto(`${server.url}/tablet`);
    await page.getByRole("button", { name: say.language }).click();
    await accessible(page);
    await page.locator("#login").fill(instructor);
    await page.locator("#password").fill(password);
    await page.locator("form button").click();
    await expect(page.getByRole("heading", { name: say.title })).toBeVisible();
    await look(page, `${code}-start`);
    await page.getByRole("link", { name: say.begin }).click();
    await page.getByRole("button", { name: say.all }).click();
    await expect(page.locator(".roll__counter")).toHaveText(/18 \/ 18/);
    await look(page, `${code}-roll`);
    await row(page, "Marja Virtanen").locator(".roll-row__more").click();
    await page.locator(".sheet__ways a").nth(1).click();
    await answerQuestions(page);
    await look(page, `${code}-check-of-the-day`);
    await page.locator(".ask__fine").click();
    await page.getByRole("button", { name: /SPPB/ }).click();
    await look(page, `${code}-balance`);
    await go(page, "/tablet/device");
    await look(page, `${code}-device`);
    await go(page, "/tablet/me");
    await look(page, `${code}-me`);
  });
}

test("an instructor without groups is told whom to ask", async ({ server, browse }) => {
  await furnish(server);
  await hire(server, "uusi@example.fi", "instructor", "Uusi Ohjaaja");
  const page = await browse();
  await enter(page, server, "uusi@example.fi");
  await expect(page.getByText("Sinulle ei ole vielä ryhmiä.")).toBeVisible();
  await look(page, "empty-start");
});
