// Before the instructor drives to the village: whether the tablet will work there, and what was left undone. And the
// way in and out of the app.

import { accessible, expect, fits, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";
import { answerBeforeTest, day, enter, furnish, group, instructor, openRoll, password, people, row } from "./support/hall";
import type { Page } from "@playwright/test";

const ready = (page: Page) => page.locator(".ready");

/** The browser's word on whether it keeps the store. */
async function keeps(page: Page, persisted: boolean) {
  await page.addInitScript((persisted) => {
    navigator.storage.persisted = async () => persisted;
    navigator.storage.persist = async () => persisted;
  }, persisted);
}

for (const [look, shape] of Object.entries({
  tablet: { viewport: sizes.tablet, colorScheme: "light" },
  landscape: { viewport: { width: 1180, height: 820 }, colorScheme: "dark" },
  phone: { viewport: sizes.phone, colorScheme: "light" },
} as const)) {
  test(`the start says that the tablet is ready for offline, and when it last had contact, on a ${look}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse(shape);
    await keeps(page, true);
    await enter(page, server);
    await expect(ready(page)).toContainText("Valmis: tabletti toimii myös ilman verkkoa.");
    await expect(ready(page)).toContainText("Viimeksi yhteydessä:");
    await expect(ready(page).locator(".notice--good")).toBeVisible();
    await accessible(page);
    await fits(page);
    await picture(page, `start-ready-${look}`);
  });
}

test("what is missing for a hall without network is said before the drive", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await keeps(page, false);
  await enter(page, server);
  await expect(ready(page)).toContainText("Tarkista ennen lähtöä:");
  await expect(ready(page)).toContainText("Selain voi poistaa tiedot, jos tila loppuu.");
  await page.evaluate(() => {
    document.documentElement.dataset.worker = "none";
    dispatchEvent(new CustomEvent("virea:worker"));
  });
  await expect(ready(page)).toContainText("Sovellus ei aukea tällä tabletilla ilman verkkoa");
  await accessible(page);
  await targetsAtEveryWidth(page, 44);
  await picture(page, "start-missing");
});

test("sessions without a word and tests begun and not saved stand on the start view", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await expect(page.getByRole("heading", { name: "Läsnäolo merkitsemättä" })).toBeVisible();
  await expect(page.locator(".start__aside .row").first()).toContainText(/ryhmä/);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /SPPB/ }).click();
  await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await expect(page.locator(".cell").first()).toContainText("10,00");
  await page.getByRole("link", { name: "Etusivu" }).click();
  await expect(page.getByRole("heading", { name: "Kesken jääneet mittaukset" })).toBeVisible();
  await picture(page, "start-unfinished");
  await page.getByRole("link", { name: /Aino Korhonen/ }).click();
  await expect(page.locator(".cell").first()).toContainText("10,00");
});

test("whoever signs out can sign in again at once", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await page.getByRole("link", { name: "Minä" }).click();
  await expect(page.getByText("Outi Ohjaaja, liikunnanohjaaja")).toBeVisible();
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
  await page.getByLabel("Käyttäjätunnus").fill(instructor);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  await openRoll(page);
  await expect(page.getByRole("heading", { name: group })).toBeVisible();
});

test("an expired sign-in is told as that, in the roll and on the tablet's own page", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.context().clearCookies();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(page.getByRole("link", { name: "Kirjaudu uudelleen" })).toBeVisible();
  await picture(page, "roll-signed-out");
  await page.goto(`${server.url}/tablet/device`);
  await expect(page.locator("main")).toContainText("Kirjautuminen on vanhentunut.");
  await expect(page.locator("main")).not.toContainText("Lähetys ei onnistunut");
  await accessible(page);
});

test("the icon shows how many entries wait, the app is offered with pictures after two sessions, and has shortcuts", async ({
  server,
  browse,
}) => {
  await furnish(server);
  const page = await browse();
  await page.addInitScript(() => {
    const shared = globalThis as unknown as { badges: number[] };
    shared.badges = [];
    // A browser that does not ask by itself: the pictures say how.
    addEventListener("beforeinstallprompt", (event) => event.stopImmediatePropagation());
    Object.assign(navigator, { setAppBadge: async (waiting: number) => void shared.badges.push(waiting) });
  });
  await enter(page, server);
  await expect(page.getByRole("heading", { name: "Lisää sovellus aloitusnäyttöön" })).toHaveCount(0);
  await openRoll(page);
  const roll = page.url();
  await server.stop();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "here");
  const badges = () => page.evaluate(() => (globalThis as unknown as { badges: number[] }).badges);
  await expect.poll(async () => (await badges()).at(-1)).toBeGreaterThan(0);
  for (const address of [roll, roll.replace(/[^/]+$/, day(-14))]) {
    await page.goto(address);
    await page.getByRole("button", { name: "Päätä kerta" }).click();
    await page.getByRole("dialog").locator(".sheet__end .button--main").click();
    await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  }
  await expect(page.getByRole("heading", { name: "Lisää sovellus aloitusnäyttöön" })).toBeVisible();
  await expect(page.locator(".install__picture")).toHaveCount(3);
  await accessible(page);
  await picture(page, "start-install");
  await page.getByRole("button", { name: "Ei kiitos" }).click();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Lisää sovellus aloitusnäyttöön" })).toHaveCount(0);
  await server.start();
  const manifest = await manifestOf(page);
  for (const shortcut of manifest.shortcuts) {
    await page.goto(server.url + shortcut.url);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("Tätä näkymää ei ole.")).toHaveCount(0);
  }
  // The group's own test day stands there at once.
  await page.goto(`${server.url}/tablet/tests`);
  await expect(page.getByRole("heading", { level: 1, name: "Testipäivä" })).toBeVisible();
  await expect(page.locator(".board__row")).toHaveCount(people);
});

test("an iPad is shown its own way to the home screen", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ userAgent: "Mozilla/5.0 (iPad; CPU OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/604.1" });
  await page.addInitScript(() => addEventListener("beforeinstallprompt", (event) => event.stopImmediatePropagation()));
  await enter(page, server);
  await page.goto(`${server.url}/tablet/device`);
  const steps = page.locator(".install__step");
  await expect(steps).toHaveText(["Napauta selaimen Jaa-painiketta.", "Valitse: Lisää Koti-valikkoon.", /^Avaa Vireä jatkossa/]);
  await expect(steps.locator(".install__picture")).toHaveCount(3);
  await picture(page, "install-ipad");
});

/** The manifest that the page names. */
async function manifestOf(page: Page): Promise<{ lang: string; shortcuts: { name: string; url: string }[] }> {
  const address = (await page.locator("link[rel=manifest]").getAttribute("href")) ?? "";
  return (await fetch(new URL(address, page.url()))).json();
}

test("the app is installed with shortcuts in the language that is spoken", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  for (const [language, button, ...names] of [
    ["fi", "Suomi", "Päivän ryhmä", "Testipäivä"],
    ["sv", "Svenska", "Dagens grupp", "Testdag"],
    ["en", "English", "Today's group", "Test day"],
  ] as const) {
    await page.goto(`${server.url}/tablet/me`);
    await page.getByRole("button", { name: button }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    // Also after a start in that language.
    for (const again of [false, true]) {
      if (again) await page.reload();
      await expect(page.locator("link[rel=manifest]")).toHaveAttribute("href", new RegExp(`/${language}-`));
      const manifest = await manifestOf(page);
      expect(manifest.lang).toBe(language);
      // Devices show the first ones.
      expect(manifest.shortcuts.slice(0, 2).map((shortcut) => shortcut.name)).toEqual(names);
    }
  }
});
