// The report for the council, as the officer makes it: written into, frozen, printed, and found again in the archive.

import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { accessible, accessibleInBothLooks, demoSignIn, expect, fits, pagesOf, picture, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";

/** Tagged, in its language, with headings in their order, none left out. */
async function isTagged(page: Page, pdf: Buffer, language: string): Promise<void> {
  const text = pdf.toString("latin1");
  expect(text, "tagged, with a language").toMatch(/\/StructTreeRoot/);
  expect(text).toMatch(new RegExp(`/Lang \\(${language}`));
  for (const tag of ["H1", "H2", "Table", "TH", "L", "Figure"]) expect(text, tag).toContain(`/S /${tag}`);
  const levels = await page.locator("main").locator("h1, h2, h3, h4").evaluateAll((all) => all.map((one) => Number(one.tagName.slice(1))));
  expect(levels[0]).toBe(1);
  expect(levels.every((level, at) => at === 0 || level <= levels[at - 1] + 1), levels.join(" ")).toBe(true);
}

/** Pages before the annex. */
async function pagesBefore(page: Page): Promise<number> {
  const annex = page.locator(".council__annex");
  await annex.evaluate((all: HTMLElement) => void (all.hidden = true));
  const pages = pagesOf(await page.pdf({ format: "A4", preferCSSPageSize: true }));
  await annex.evaluate((all: HTMLElement) => void (all.hidden = false));
  return pages;
}

/** The smallest letters in drawings on paper, in points. */
async function smallestLetters(page: Page): Promise<number> {
  await page.emulateMedia({ media: "print" });
  const letters = await page.locator(".council .chart--wide").evaluateAll((charts) => charts.flatMap((one) => {
    const chart = one as SVGSVGElement;
    const scale = chart.getBoundingClientRect().width / chart.viewBox.baseVal.width;
    return [...chart.querySelectorAll("text")].map((text) => parseFloat(getComputedStyle(text).fontSize) * scale * 0.75);
  }));
  await page.emulateMedia({ media: null });
  return Math.min(...letters.filter((size) => size > 0));
}

/** Headings that paper could leave alone at the foot of a page: the browser keeps one with what follows it in a box that is
 *  broken as a block, or not at all. */
async function orphaned(page: Page): Promise<string[]> {
  await page.emulateMedia({ media: "print" });
  const alone = await page.locator(".council").locator("h1, h2, h3, h4").evaluateAll((all) => {
    const isAlone = (one: Element) => {
      const box = getComputedStyle(one.parentElement ?? one);
      const stays = getComputedStyle(one).breakAfter === "avoid" && one.nextElementSibling !== null;
      return one.checkVisibility() && !(stays && (box.display === "block" || box.breakInside === "avoid"));
    };
    return all.filter(isAlone).map((one) => `${one.tagName} ${one.textContent}`);
  });
  await page.emulateMedia({ media: null });
  return alone;
}

test("the officer writes into the report, freezes it and prints two pages with an annex", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "viranhaltija");
  // The first step of the way: with it, too, the changes have room on the first sheet.
  await page.goto(`${demo.url}/figures/population`);
  await page.locator("[name=year]").fill(String(new Date().getFullYear() - 1));
  await page.locator("[name=aged_75]").fill("4200");
  await page.locator("[name=source]").fill("Tilastokeskus, väestörakenne");
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByText("Tallennettu.")).toBeVisible();
  await page.goto(`${demo.url}/figures`);
  await expect(page.getByRole("heading", { level: 2, name: "Arvio kaikista mittauksista" })).toBeVisible();
  // Before a report is put together: which groups' records it may lean on.
  await page.getByRole("link", { name: "Tietojen laatu" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Tietojen laatu" })).toBeVisible();
  await expect(page.locator("tbody tr").first()).toContainText(/\d+ \/ \d+/);
  await expect(page.locator("tbody a"), "no way to anybody's name").toHaveCount(0);
  await expect(page.getByText("viimeistään 7 päivää kerran jälkeen")).toBeVisible();
  await page.getByRole("link", { name: "Merkitty ajallaan" }).click();
  await expect(page.getByRole("link", { name: "Merkitty ajallaan" })).toHaveAttribute("aria-current", "page");
  await page.setViewportSize(sizes.phone);
  await fits(page);
  await picture(page, "quality-officer-390");
  await page.setViewportSize(sizes.desk);
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(desk, demo, "koordinaattori");
  await desk.goto(`${demo.url}/reviews`);
  await desk.getByRole("link", { name: "Tietojen laatu" }).click();
  await picture(desk, "quality-desk");
  await desk.locator("tbody td a").first().click();
  const waiting = desk.locator("main .rows a");
  await expect(waiting.first()).toBeVisible();
  await picture(desk, "quality-list");
  await waiting.first().click();
  await expect(desk, "each line leads to where it is mended").toHaveURL(/\/(people|groups)\//);
  await page.getByRole("link", { name: "Luvut", exact: true }).first().click();
  await page.getByRole("link", { name: "Raportti valtuustolle" }).click();
  await expect(page.locator("article").getByText("Luonnos. Raporttia ei ole vielä jäädytetty.")).toBeVisible();
  await page.getByRole("link", { name: "Tekstit (Suomi)" }).click();
  await expect(page.getByLabel("Seuraavat toimet")).toHaveAttribute("lang", "fi");
  await accessible(page);
  await picture(page, "council-texts");
  await page.getByLabel("Seuraavat toimet").fill("Kevääksi avataan ryhmä saaristoon. Sen ohjaaja palkataan tammikuussa.");
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByText("Tallennettu.")).toBeVisible();
  // What was saved before can be read, and taken back.
  await page.getByRole("link", { name: "Tekstit (Suomi)" }).click();
  await page.getByRole("link", { name: /^Versio 1,/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Versio 1");
  await accessible(page);
  await page.getByRole("link", { name: "Ota tämä lomakkeelle" }).click();
  await expect(page.getByText("Lomakkeella on versio 1.")).toBeVisible();
  await accessible(page);
  await page.getByRole("link", { name: "Raportti valtuustolle" }).click();
  await page.getByRole("link", { name: "Kustannukset" }).click();
  await picture(page, "council-costs");
  await page.getByRole("textbox", { name: /^Tilat/ }).fill("yhdeksän");
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByRole("alert")).toContainText("Kirjoita kokonaiset eurot");
  await accessible(page);
  await page.getByRole("textbox", { name: /^Tilat/ }).fill("9800");
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByRole("cell", { name: "9\u00a0800\u00a0€" })).toBeVisible();
  await page.getByRole("button", { name: "Jäädytä" }).click();
  await expect(page.getByRole("alert")).toContainText("Kirjoita, mitä varten");
  await page.getByLabel("Mitä varten").fill("Valtuuston kokous 14.12.2026");
  await page.getByRole("button", { name: "Jäädytä" }).click();
  // At the top of what was frozen, wherever on the page the form stood.
  await expect(page).toHaveURL(/\/figures\/report\/[0-9a-f-]{36}#main$/);
  await expect(page.locator("article").getByText("Tarkistussumma (SHA-256):")).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: "Arvio kaikista mittauksista" })).toBeVisible();
  const text = page.getByRole("textbox", { name: "Teksti liitettäväksi" });
  await expect(text).toHaveAttribute("readonly", "");
  await expect(text).toHaveValue(/^Raportti valtuustolle: [\s\S]*Kevääksi avataan ryhmä saaristoon\.[\s\S]*\nTilat: 9\u00a0800\u00a0€\n/);
  await page.getByText("Mikä muuttui edellisestä").click();
  await expect(page.getByText("Seuraavat toimet: Suomi")).toBeVisible();
  const address = page.url().replace(/#.*/, "");
  for (const [language, name] of [["sv", "Svenska"], ["en", "English"], ["fi", "Suomi"]]) {
    await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await accessibleInBothLooks(page);
    const title = await page.title();
    expect(title).toMatch(/.+: Koskela|.+: .+, (vuosi|år|year) 20\d\d/);
    const pdf = await printed(page, `council-${language}`);
    await isTagged(page, pdf, language);
    const pages = pagesOf(pdf);
    expect(pages, "two pages and an annex").toBeGreaterThanOrEqual(4);
    expect(pages).toBeLessThanOrEqual(7);
    expect(await pagesBefore(page), "two pages before the annex").toBe(2);
    expect(await smallestLetters(page), "read without a glass").toBeGreaterThan(6);
  }
  await picture(page, "council-report");
  await targetsAtEveryWidth(page, 44);
  await page.setViewportSize(sizes.phone);
  await fits(page);
  // Scrolled sideways, a table of figures still says what each row is of, and of which division it is.
  const scrolled = await page.locator(".table-frame").evaluateAll((frames) => frames.map((frame) => {
    frame.scrollLeft = frame.scrollWidth;
    const lies = (one: Element) => one.getBoundingClientRect().left >= frame.getBoundingClientRect().left - 1;
    const all = { moved: frame.scrollLeft > 0, held: [...frame.querySelectorAll("tbody th[scope=row], .table__held")].every(lies) };
    frame.scrollLeft = 0;
    return all;
  }).filter((one) => one.moved));
  expect(scrolled.length, "some are too wide for a phone").toBeGreaterThan(0);
  expect(scrolled.filter((one) => !one.held)).toEqual([]);
  await picture(page, "council-report-390");
  await page.setViewportSize(sizes.desk);
  await page.goto(`${demo.url}/figures/archive`);
  await accessible(page);
  await picture(page, "council-archive");
  await page.locator(`a[href="${new URL(address).pathname}"]`).click();
  await expect(page.locator("article").getByText("Syy: Valtuuston kokous 14.12.2026")).toBeVisible();
});

test("four goals in many words and a full text leave the term's report two pages and its annex", async ({ demo, browse }) => {
  test.setTimeout(180_000);
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "viranhaltija");
  /** The words again and again, as many characters as the field takes. */
  const full = (most: number, words: string) => `${words} `.repeat(Math.ceil(most / words.length)).slice(0, most).trimEnd();
  const owner = "Liikuntapalvelujen vastaava ohjaaja yhdessä hyvinvointikoordinaattorin kanssa";
  for (const [at, measured] of ["participants", "residents", "stayed", "improved_or_kept"].entries()) {
    await page.goto(`${demo.url}/figures/goals`);
    await page.getByRole("link", { name: "Lisää tavoite" }).click();
    await expect(page.getByRole("heading", { level: 1, name: `Tavoite ${at + 1}` })).toBeVisible();
    await page.locator("[name=aim]").fill(full(200, `Kotona asuvien toimintakyky säilyy (${measured})`));
    await page.locator("[name=owner]").fill(owner);
    await page.locator("[name=actions]").fill(full(400, "Kuusi voima- ja tasapainoryhmää kaksi kertaa viikossa"));
    await page.locator("[name=resources]").fill("1,2 henkilötyövuotta, 38 000 euroa ja salivuorot kolmessa kylässä");
    await page.locator("[name=schedule]").fill("8/2026–5/2029");
    await page.locator("[name=measured]").selectOption(measured);
    await page.locator("[name=start]").fill("40");
    await page.locator("[name=target]").fill("62,5");
    await page.locator("[name=rating]").selectOption("partly");
    await page.locator("[name=review]").fill(full(300, "Sali puuttui keväällä, mutta syksyllä saatiin uusi"));
    await page.getByRole("button", { name: "Tallenna" }).click();
    await expect(page.getByText("Tallennettu.")).toBeVisible();
  }
  await accessible(page);
  await picture(page, "council-goals");
  await page.goto(`${demo.url}/figures`);
  await page.getByRole("link", { name: /^Valtuustokausi/ }).click();
  await expect(page).toHaveURL(/period=term-/);
  await page.getByRole("link", { name: "Raportti valtuustolle" }).click();
  await page.getByRole("link", { name: "Tekstit (Suomi)" }).click();
  await page.getByLabel("Mitä tehtiin").fill(full(700, "Ryhmiä pidettiin kahden järjestön kanssa kaikilla alueilla."));
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByText("Tallennettu.")).toBeVisible();
  await expect(page.locator(".council__goals tbody tr")).toHaveCount(4);
  await accessible(page);
  const pdf = await printed(page, "council-term-fi");
  await isTagged(page, pdf, "fi");
  expect(await pagesBefore(page), "two pages before the annex").toBe(2);
  expect(pagesOf(pdf), "seven at most").toBeLessThanOrEqual(7);
  expect(await orphaned(page)).toEqual([]);
  // What paper leaves out of the first pages stands in the annex.
  await expect(page.locator(".council__annex dd", { hasText: owner })).toHaveCount(4);
  await page.setViewportSize(sizes.phone);
  await fits(page);
});

test("one press copies a drawing as a picture, its finding as text, and saves what may not be copied", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "viranhaltija");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${demo.url}/figures`);
  const one = page.locator(".report__files li").first();
  const told = one.getByRole("status");
  const height = await one.getByRole("link").evaluate(async (link: HTMLAnchorElement) => {
    const svg = await (await fetch(link.href)).text();
    return Number(/ height="(\d+)"/.exec(svg)?.[1]);
  });
  // A picture of that drawing: what every PNG begins with, then its sides.
  const whole = (bytes: number[]) => {
    expect(bytes.slice(0, 8)).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const side = (at: number) => Buffer.from(bytes).readUInt32BE(at);
    expect(side(16)).toBeGreaterThan(1000);
    expect(side(20)).toBe(2 * height);
  };
  await one.getByRole("button", { name: /^Kopioi kuva/ }).click();
  await expect(told).toHaveText("Kopioitu. Voit nyt liittää sen.");
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [...new Uint8Array(await (await item.getType("image/png")).arrayBuffer()).slice(0, 24)];
  });
  whole(copied);
  await one.getByRole("button", { name: /^Kopioi teksti/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/\d\.\d+\.20\d\d/);
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  const [saved] = await Promise.all([page.waitForEvent("download"), one.getByRole("button", { name: /^Kopioi kuva/ }).click()]);
  expect(saved.suggestedFilename()).toMatch(/^flow-.+\.png$/);
  whole([...readFileSync(await saved.path())].slice(0, 24));
  await expect(told).toContainText("tallennettiin tiedostoksi");

  const bare = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(bare, demo, "viranhaltija");
  await bare.goto(`${demo.url}/figures`);
  await expect(bare.locator(".report__files a").first()).toBeVisible();
  await expect(bare.locator("button[data-picture]").first()).toBeHidden();
});
