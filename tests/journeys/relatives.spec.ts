// Somebody who takes part shows something to a relative and ends it again, all without a script: at the desk, on the own
// page, while the relative's page is open. And how these pages look.

import type { Page } from "@playwright/test";
import { accessible, accessibleInBothLooks, enterAs, expect, picture, sizes, targetsAtEveryWidth, test, typeCard } from "./support/journey";
import { furnish } from "./support/hall";

const plain = { viewport: sizes.phone, javaScriptEnabled: false };

/** T1: nothing under 64 px that is pressed, on any page of theirs. */
const LEAST = 64;

async function enterByCard(page: Page, url: string, number: string, pin: string): Promise<void> {
  await page.goto(`${url}/k`);
  await typeCard(page, number, pin);
}

/** Answers the three questions of the own page; the card's number and PIN. */
async function invite(page: Page, name: string, purposes: string[]): Promise<string[]> {
  await page.getByRole("link", { name: "Kutsu läheinen" }).click();
  if (page.url().includes("/own/pin")) throw new Error("the PIN was typed a moment ago");
  await page.getByLabel("Läheisen nimi").fill(name);
  await page.getByLabel("Kuka hän on sinulle?").fill("tytär");
  await page.getByRole("button", { name: "Jatka" }).click();
  for (const purpose of purposes) await page.getByRole("checkbox", { name: purpose }).check();
  await page.getByRole("button", { name: "Jatka" }).click();
  await page.getByRole("radio", { name: "Kolmen kuukauden kuluttua" }).check();
  await page.getByRole("button", { name: "Anna lupa ja tee kortti" }).click();
  return page.locator(".personal-card__number").allInnerTexts();
}

test("what a relative is shown is given and taken back while the relative's page is open, without a script", async ({ server, device }) => {
  await furnish(server);
  const desk = await device({ viewport: sizes.desk, javaScriptEnabled: false }).open();
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await desk.getByRole("link", { name: /Raili/ }).first().click();
  const person = desk.url();
  await desk.getByRole("link", { name: "Henkilökohtainen kortti" }).click();
  await desk.getByRole("button", { name: "Tee kortti" }).click();
  const [number, pin] = await desk.locator(".personal-card__number").allInnerTexts();
  // At the desk, from a signed paper.
  await desk.goto(`${person.split("?")[0]}/relatives`);
  await picture(desk, "relatives-desk-empty");
  await desk.getByLabel("Läheisen nimi").fill("Liisa Läheinen");
  await desk.getByLabel("Kuka hän on osallistujalle?").fill("tytär");
  await desk.getByRole("checkbox", { name: /^Näkee, milloin ja missä/ }).check();
  await desk.getByRole("button", { name: "Kirjaa lupa ja tee kortti" }).click();
  const [first, firstPin] = await desk.locator(".personal-card__number").allInnerTexts();
  await picture(desk, "relatives-desk-card");
  await desk.goto(`${person.split("?")[0]}/relatives`);
  await expect(desk.getByRole("heading", { name: "Liisa Läheinen (tytär)" })).toBeVisible();
  await picture(desk, "relatives-desk");

  const daughter = await device(plain).open();
  await enterByCard(daughter, server.url, first, firstPin);
  await expect(daughter).toHaveURL(/\/kin\/[0-9a-f-]+$/);
  await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Raili");
  await picture(daughter, "kin-home");
  await daughter.getByRole("button", { name: /^Hän ei pääse/ }).click();
  await expect(daughter.getByText("Kiitos ilmoituksesta. Ohjaaja näkee sen.")).toBeVisible();
  await picture(daughter, "kin-told");

  const phone = await device(plain).open();
  await enterByCard(phone, server.url, number, pin);
  await expect(phone).toHaveURL(/\/own$/);
  await expect(phone.getByText("Olet ilmoittanut, ettet pääse.")).toBeVisible();
  await phone.getByRole("link", { name: "Kuka näkee tietoni?" }).click();
  await expect(phone.getByRole("heading", { name: "Liisa Läheinen" })).toBeVisible();
  await picture(phone, "own-seen-relative");
  await phone.getByRole("button", { name: "Lopeta lupa: Liisa Läheinen" }).click();
  await expect(phone.getByText("Lupa on lopetettu.")).toBeVisible();
  // The page is still open: its next press, and a reload, say one kind sentence and nothing else.
  await daughter.getByRole("button", { name: /^Hän tulee sittenkin/ }).click();
  await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Tämä sivu on suljettu");
  await expect(daughter.getByText("Raili")).toHaveCount(0);
  await picture(daughter, "kin-gone");
  await daughter.goto(`${server.url}/kin`);
  await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Tämä sivu on suljettu");

  // On the own page, with another purpose.
  const [second, secondPin] = await invite(phone, "Matti", ["Näkee, milloin olet käynyt ryhmässä."]);
  await picture(phone, "own-invite-card");
  const son = await device(plain).open();
  await enterByCard(son, server.url, second, secondPin);
  await expect(son.getByRole("link", { name: "Käynnit" })).toBeVisible();
  await expect(son.getByRole("link", { name: "Tulokset" })).toHaveCount(0);
  await expect(son.getByText("Seuraava kerta")).toHaveCount(0);
});

test("the pages about and of relatives pass axe, fit, have large targets and weigh little", async ({ demo, device }) => {
  test.setTimeout(300_000);
  const page = await device({ viewport: sizes.phone }).open();
  await enterByCard(page, demo.url, "100 200", "300 400");
  const look = async (name: string): Promise<void> => {
    await accessibleInBothLooks(page);
    await picture(page, name);
    await targetsAtEveryWidth(page, LEAST);
    await page.setViewportSize(sizes.phone);
  };
  await page.goto(`${demo.url}/own/relatives/new`);
  await look("own-invite-who");
  await page.getByRole("button", { name: "Jatka" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await look("own-invite-error");
  await page.getByLabel("Läheisen nimi").fill("Liisa");
  await page.getByLabel("Kuka hän on sinulle?").fill("tytär");
  await page.getByRole("button", { name: "Jatka" }).click();
  await look("own-invite-what");
  for (const choice of await page.locator(".choice").all()) await choice.click();
  await page.getByRole("button", { name: "Jatka" }).click();
  await look("own-invite-until");
  await page.getByRole("button", { name: "Anna lupa ja tee kortti" }).click();
  await accessible(page);
  const [number, pin] = await page.locator(".personal-card__number").allInnerTexts();
  await page.goto(`${demo.url}/own/seen`);
  await look("own-seen-with-relative");

  await enterByCard(page, demo.url, number, pin);
  await expect(page).toHaveURL(/\/kin\//);
  const home = page.url();
  for (const path of ["", "/sessions", "/visits", "/results"]) {
    const answer = await page.goto(home + path);
    // 60 kB compressed is the limit; uncompressed it is well below.
    expect((await answer?.body())?.length, path).toBeLessThan(60_000);
    await look(`kin${path.replaceAll("/", "-")}-full`);
  }
  await page.goto(`${demo.url}/kin/messages`);
  await expect(page.getByText("Nyt emme lähetä sinulle viestiä.")).toBeVisible();
  await look("kin-messages-full");
  for (const language of ["sv", "en", "fi"]) {
    await page.goto(home);
    await page.locator(`button[name=lang][value=${language}]`).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await accessible(page);
    await picture(page, `kin-${language}`);
  }
});
