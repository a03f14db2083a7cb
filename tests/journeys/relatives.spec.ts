// What is shown to a relative by a signed paper, recorded at the desk without a script; and how these pages look. Given and
// taken back on the own page, it is in whole-way.spec.ts.

import type { Page } from "@playwright/test";
import { accessible, accessibleInBothLooks, askedForPin, enterAs, expect, picture, sizes, targetsAtEveryWidth, test, typeCard } from "./support/journey";
import { furnish } from "./support/hall";

const plain = { viewport: sizes.phone, javaScriptEnabled: false };

/** T1: nothing under 64 px that is pressed, on any page of theirs. */
const LEAST = 64;

async function enterByCard(page: Page, url: string, number: string, pin: string): Promise<void> {
  await page.goto(`${url}/k`);
  await typeCard(page, number, pin);
}

test("a signed paper is recorded at the desk without a script, and its card shows what the paper says and nothing else", async ({ server, browse }) => {
  await furnish(server);
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await desk.getByRole("link", { name: /Raili/ }).first().click();
  const relatives = `${desk.url().split("?")[0]}/relatives`;
  await desk.goto(relatives);
  await picture(desk, "relatives-desk-empty");
  await desk.getByLabel("Läheisen nimi").fill("Liisa Läheinen");
  await desk.getByLabel("Kuka hän on osallistujalle?").fill("tytär");
  await desk.getByRole("checkbox", { name: "Näkee, milloin olet käynyt ryhmässä." }).check();
  await desk.getByRole("button", { name: "Kirjaa lupa ja tee kortti" }).click();
  const [number, pin] = await desk.locator(".personal-card__number").allInnerTexts();
  await picture(desk, "relatives-desk-card");
  await desk.goto(relatives);
  await expect(desk.getByRole("heading", { name: "Liisa Läheinen (tytär)" })).toBeVisible();
  await picture(desk, "relatives-desk");

  const daughter = await browse(plain);
  await enterByCard(daughter, server.url, number, pin);
  await expect(daughter).toHaveURL(/\/kin\/[0-9a-f-]+$/);
  await expect(daughter.getByRole("link", { name: "Käynnit" })).toBeVisible();
  await expect(daughter.getByRole("link", { name: "Tulokset" })).toHaveCount(0);
  await expect(daughter.getByText("Seuraava kerta")).toHaveCount(0);
});

test("the pages about and of relatives pass axe, fit, have large targets and weigh little", async ({ demo, browse }) => {
  test.setTimeout(300_000);
  const page = await browse({ viewport: sizes.phone });
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
  await askedForPin(page, `${home}/pin`);
  await look("kin-pin");
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
