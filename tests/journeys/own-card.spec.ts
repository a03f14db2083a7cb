// The results card on the tablet: printed on the spot without network, in three languages, and read aloud.

import type { Page } from "@playwright/test";
import { accessible, expect, pagesOf, picture, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";
import { enter, furnish, instructor, openRoll, password, row } from "./support/hall";

const told = {
  fi: ["Suomi", "Omat tulokset", "Miten tästä jatketaan?"],
  sv: ["Svenska", "Mina resultat", "Hur går vi vidare?"],
  en: ["English", "My results", "What next?"],
} as const;

/** A device whose voices are these, and that notes what is said. */
async function voices(page: Page, ...languages: [string, boolean][]) {
  await page.addInitScript((languages) => {
    const said: string[] = [];
    const speech = Object.assign(new EventTarget(), {
      getVoices: () => languages.map(([lang, localService]) => ({ lang, localService, __proto__: SpeechSynthesisVoice.prototype })),
      speak: (one: SpeechSynthesisUtterance) => said.push(`${one.lang}: ${one.text}`),
      cancel: () => said.push("silence"),
      onvoiceschanged: null,
    });
    Object.defineProperty(globalThis, "speechSynthesis", { value: speech });
    Object.assign(globalThis, {
      said,
      SpeechSynthesisUtterance: class {
        voice = null;
        rate = 1;
        lang = "";
        onend = null;
        constructor(readonly text: string) {}
      },
    });
  }, languages);
}

const said = (page: Page) => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);

async function openCard(page: Page) {
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  // Beside it, for whoever helps somebody to show something to a relative.
  await expect(page.getByRole("link", { name: "Läheiset" })).toBeVisible();
  await page.getByRole("link", { name: "Tuloskortti" }).click();
  await expect(page.locator("article.results-card")).toBeVisible();
}

test("a results card fits on one page in three languages, printed on the tablet without network", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await openCard(page);
  const card = page.locator("article.results-card");
  // Marja's own language.
  await expect(card).toHaveAttribute("lang", "sv");
  for (const [language, [name, ...words]] of Object.entries(told)) {
    await page.getByRole("button", { name, exact: true }).click();
    await expect(card).toHaveAttribute("lang", language);
    for (const word of words) await expect(card).toContainText(word);
    await expect(card).toContainText("Marja Virtanen");
    const pdf = await printed(page, `own-card-${language}`);
    expect(pagesOf(pdf), language).toBe(1);
  }
  await page.emulateMedia({ media: "print" });
  for (const away of [".view__head", ".card-ways", ".button"]) await expect(page.locator(away).first()).toBeHidden();
  // It came with the pull, so it is there without network.
  await expect(page.locator(".results-card__page .qr")).toBeVisible();
  await expect(page.locator(".results-card__page")).toContainText("/own");
  const size = await card.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeCloseTo((16 * 96) / 72, 1);
  await picture(page, "own-card-print");
  await page.emulateMedia({ media: "screen" });
  await picture(page, "own-card");
  await accessible(page);
  await targetsAtEveryWidth(page, 56);

  await page.evaluate(() => Object.assign(globalThis, { print: () => Object.assign(globalThis, { printed: true }) }));
  await page.getByRole("button", { name: "Tulosta kortti" }).click();
  expect(await page.evaluate(() => (globalThis as unknown as { printed?: boolean }).printed)).toBe(true);

  // Hidden from the group, the card waits until the numbers are shown again.
  await page.goBack();
  await page.getByRole("button", { name: "Piilota luvut" }).click();
  await page.getByRole("link", { name: "Tuloskortti" }).click();
  await expect(page.getByText("Luvut on piilotettu.")).toBeVisible();
  await expect(card).toHaveCount(0);
  await page.getByRole("button", { name: "Näytä luvut" }).click();
  await expect(card).toBeVisible();
});

test("the card is read aloud by the device's own voice, in the card's language, until it is stopped", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  // Swedish would be spoken by a machine elsewhere, to which the results would go.
  await voices(page, ["fi-FI", true], ["sv-SE", false], ["en-GB", true]);
  await enter(page, server);
  await openRoll(page);
  await openCard(page);
  await expect(page.getByRole("button", { name: "Kuuntele" })).toHaveCount(0);
  await page.getByRole("button", { name: "Suomi", exact: true }).click();
  await page.getByRole("button", { name: "Kuuntele" }).click();
  const words = (await said(page)).filter((one) => one !== "silence");
  expect(words.length).toBeGreaterThan(2);
  expect(words[0]).toMatch(/^fi-FI: .*pistettä kahdestatoista\.$/);
  expect(words.join(" ")).not.toContain("Virtanen");
  await picture(page, "own-card-aloud");
  await page.getByRole("button", { name: "Lopeta kuuntelu" }).click();
  expect((await said(page)).at(-1)).toBe("silence");
  await expect(page.getByRole("button", { name: "Kuuntele" })).toBeVisible();
  // Leaving the card ends it, too.
  await page.getByRole("button", { name: "Kuuntele" }).click();
  await page.getByRole("button", { name: "Takaisin" }).click();
  await expect(page.locator("article.results-card")).toHaveCount(0);
  expect((await said(page)).at(-1)).toBe("silence");
});

test("the instructor's own number, given at the desk, stands on the card in the hall without network", async ({ server, browse }) => {
  await furnish(server);
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await desk.goto(`${server.url}/sign-in`);
  await desk.locator("[name=login]").fill(instructor);
  await desk.locator("[name=password]").fill(password);
  await desk.locator("form[action='/sign-in'] button").click();
  await expect(desk).not.toHaveURL(/sign-in/);
  await desk.goto(`${server.url}/sessions`);
  await desk.getByRole("link", { name: "Oma puhelinnumero" }).click();
  await desk.getByLabel(/^Puhelinnumero/).fill("soita iltaisin");
  await desk.getByRole("button", { name: "Tallenna numero" }).click();
  await expect(desk.locator("#phone-error")).toHaveText("Kirjoita yksi puhelinnumero, esimerkiksi 040 123 4567.");
  await desk.getByLabel(/^Puhelinnumero/).fill("040 765 4321");
  await desk.getByRole("button", { name: "Tallenna numero" }).click();
  await expect(desk.getByText("Numero on tallessa.")).toBeVisible();
  await picture(desk, "own-phone");

  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await openCard(page);
  const call = page.locator("article.results-card .results-card__call");
  await expect(call).toContainText("Outi Ohjaaja");
  await expect(call.getByRole("link", { name: "040 765 4321" })).toHaveAttribute("href", "tel:0407654321");
  const pdf = await printed(page, "own-card-phone");
  expect(pagesOf(pdf)).toBe(1);
  await accessible(page);
});
