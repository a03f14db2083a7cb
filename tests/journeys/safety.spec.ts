// Before a test and when one is stopped: what forbids it, who lifts that, and what is stored before all else.

import { accessible, picture, targetsAtEveryWidth } from "./support/checks";
import { enterAs, expect, test } from "./support/journey";
import { answerBeforeTest, answerQuestions, awake, choose, enter, furnish, openRoll, openTests, peer, pressUntil, row } from "./support/hall";
import type { Page } from "@playwright/test";

async function toTests(page: Page, name: string) {
  await openRoll(page);
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
}

/** The page of one person at the desk. */
async function personAtDesk(page: Page, url: string, name: string) {
  await page.goto(`${url}/people`);
  await page.getByRole("link", { name }).click();
}

test("a red answer blocks tests until the coordinator has recorded a permission, then the tablet opens", async ({ server, browse }) => {
  await furnish(server);
  const desk = await browse();
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  const page = await browse();
  await enter(page, server);
  await toTests(page, "Aino");
  await answerQuestions(page, 1, 8);
  await expect(page.getByRole("heading", { name: "Testiä ei tehdä tänään" })).toBeVisible();
  await expect(page.getByRole("button", { name: /SPPB/ })).toHaveCount(0);
  // Neither which answer it was, nor what it might mean.
  await expect(page.locator("main")).not.toContainText(/rintakip|sydän/i);
  await accessible(page);
  await targetsAtEveryWidth(page, 56);
  await picture(page, "tablet-red");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Testiä ei tehdä tänään" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();

  await personAtDesk(desk, server.url, "Korhonen Aino");
  await expect(desk.locator("#answers")).toContainText("odottavat terveydenhuollon lupaa");
  await desk.getByText("Kirjaa lupa").first().click();
  await desk.getByRole("button", { name: "Kirjaa lupa" }).click();
  await expect(desk.getByRole("link", { name: "Kirjoita, kuka antoi luvan" })).toBeVisible();
  await accessible(desk);
  await desk.getByLabel("Kuka antoi luvan").fill("fysioterapeutti Laura Laine");
  await desk.getByLabel("Rajoitukset").fill("ei raskaita nostoja");
  await picture(desk, "desk-permission");
  await desk.getByRole("button", { name: "Kirjaa lupa" }).click();
  await expect(desk.getByText("Luvan antoi fysioterapeutti Laura Laine")).toBeVisible();

  await page.getByRole("button", { name: "Kaikki kunnossa" }).click();
  await expect(page.getByText("Rajoitus: ei raskaita nostoja")).toBeVisible();
  await expect(page.getByText("Pysy käden ulottuvilla")).toBeVisible();
  await expect(page.getByRole("button", { name: /SPPB/ })).toBeEnabled();
});

test("a physiotherapist among the instructors records a permission without network, with a reason", async ({ server, browse }) => {
  await furnish(server);
  const admin = await browse();
  await enterAs(admin, server, "organisation_admin", "paula.paakayttaja@example.fi");
  await admin.goto(`${server.url}/accounts`);
  await admin.getByRole("link", { name: "Outi Ohjaaja" }).click();
  await admin.getByLabel("fysioterapeutti").check();
  await admin.getByRole("button", { name: "Tallenna oikeudet" }).click();
  await accessible(admin);
  await picture(admin, "desk-account-rights");
  const page = await browse();
  await enter(page, server);
  await toTests(page, "Aino");
  await server.stop();
  await answerQuestions(page, 4, 8);
  await page.getByRole("button", { name: "Kirjaa lupa fysioterapeuttina" }).click();
  await expect(page.locator(".permit li")).toHaveCount(1);
  await page.getByRole("button", { name: "Kirjaa lupa" }).click();
  await expect(page.getByText("Kirjoita, miksi mittaaminen on turvallista.")).toBeVisible();
  await page.getByLabel("Perustelu").fill("Sydänfilmi ja verenpaine ovat kunnossa.");
  await page.getByRole("button", { name: "Kirjaa lupa" }).click();
  await expect(page.getByText("Kirjoita, mitä lääkäri on rajoittanut")).toBeVisible();
  await page.getByLabel("Rajoitukset").fill("ei raskaita nostoja");
  await accessible(page);
  await targetsAtEveryWidth(page, 56);
  await picture(page, "tablet-permit");
  await page.getByRole("button", { name: "Kirjaa lupa" }).click();
  await page.getByRole("button", { name: "Kaikki kunnossa" }).click();
  await expect(page.getByText("Rajoitus: ei raskaita nostoja")).toBeVisible();
  await expect(page.getByRole("button", { name: /SPPB/ })).toBeEnabled();
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const desk = await browse();
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await personAtDesk(desk, server.url, "Korhonen Aino");
  await expect(desk.locator("#answers")).toContainText("Luvan antoi Outi Ohjaaja");
  await expect(desk.locator("#answers")).toContainText("Perustelu: Sydänfilmi ja verenpaine ovat kunnossa.");
});

test("an unwell day offers another, and the check is asked once a day", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await toTests(page, "Aino");
  await answerQuestions(page);
  await choose(page.locator(".ask__question", { hasText: "Tukevat kengät" }).locator(".choice").nth(1));
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByText("Valitse vielä, kuinka kova kipu on.")).toBeVisible();
  await page.getByRole("button", { name: "7", exact: true }).click();
  await page.getByRole("button", { name: "Tallenna" }).click();
  await expect(page.getByRole("heading", { name: "Mitataan toisena päivänä" })).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-another-day");
  const fine = page.getByRole("button", { name: "Kaikki kunnossa" });
  await pressUntil(page.getByRole("button", { name: "Tilanne muuttui" }), fine);
  await pressUntil(fine, page.getByRole("button", { name: /SPPB/ }));
  await page.goBack();
  await awake(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await expect(page.getByRole("button", { name: /SPPB/ })).toBeVisible();
});

test("an incident of a stopped test is stored before all else, survives, and reaches the coordinator", async ({ server, browse, device }) => {
  await furnish(server);
  const desk = await browse();
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  // A browser writes its cookies down only after half a minute, or when it is closed.
  await tablet.close();
  page = await tablet.open();
  await page.goto(`${server.url}/tablet`);
  await openRoll(page);
  await row(page, "Kerttu").locator(".roll-row__tap").click();
  await expect(row(page, "Kerttu")).toHaveAttribute("data-mark", "present");
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /SPPB/ }).click();
  await server.stop();
  await page.getByRole("link", { name: "Oire – lopeta mittaus" }).click();
  await expect(page.getByRole("link", { name: "Soita 112" })).toHaveAttribute("href", "tel:112");
  // Where one is, who can help, and that nobody has said where the defibrillator is.
  for (const words of ["Koskelan sali", "Kerttu Mäkelä", "Kysy talon väeltä."]) {
    await expect(page.locator(".stop__place")).toContainText(words);
  }
  await expect(page.locator("main")).toContainText("tallessa tällä tabletilla");
  // No green way on.
  await expect(page.locator(".view .button--main")).toHaveCount(0);
  await accessible(page);
  await targetsAtEveryWidth(page, 56);
  await picture(page, "tablet-stop");
  const address = page.url();
  await tablet.kill();
  page = await tablet.open();
  await page.goto(address);
  await expect(page.locator("main")).toContainText("tallessa tällä tabletilla");
  await page.getByRole("button", { name: "Tallenna kuvaus" }).click();
  await expect(page.getByText("Kerro, mitä tapahtui.")).toBeVisible();

  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.locator("main")).toContainText("Koordinaattori näkee sen");
  await desk.goto(`${server.url}/incidents`);
  await expect(desk.locator(".ways__link", { hasText: "Haittatapahtumat" })).toContainText("1");
  await expect(desk.locator("tbody tr")).toHaveCount(1);
  await expect(desk.locator("tbody")).toContainText("kuvaus kesken");

  await page.getByRole("textbox", { name: "Mitä tapahtui" }).fill("Huimasi noustessa, istui alas.");
  await choose(page.locator(".choice", { hasText: "lepo" }));
  await page.getByRole("button", { name: "Tallenna kuvaus" }).click();
  await expect(page.getByText("Kuvaus on tallennettu.")).toBeVisible();
  await expect(page.locator("main")).toContainText("Koordinaattori näkee sen");
  await page.reload();
  await expect(page.getByText("Kuvaus on tallennettu.")).toBeVisible();

  await desk.reload();
  await desk.locator("tbody a").click();
  await expect(desk.locator(".told")).toHaveText("Huimasi noustessa, istui alas.");
  await expect(desk.locator("main")).toContainText("jalat vierekkäin");
  await expect(desk.locator("main")).toContainText("Outi Ohjaaja");
  await accessible(desk);
  await desk.getByRole("button", { name: "Merkitse läpikäydyksi" }).click();
  await expect(desk.getByText("merkitty läpikäydyksi")).toBeVisible();
  await expect(desk.locator(".ways__count")).toHaveCount(0);

  // A symptom in another test of that day is another incident, stored in its first moment too, and sent at once.
  await page.goto(address.replace(/\/stop.*/, "/measure/tug"));
  await page.getByRole("link", { name: "Oire – lopeta mittaus" }).click();
  await expect(page.getByRole("button", { name: "Tallenna kuvaus" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Mitä tapahtui" })).toHaveValue("");
  await expect(page.locator("main")).toContainText("Koordinaattori näkee sen", { timeout: 5_000 });
  await desk.goto(`${server.url}/`);
  await expect(desk.getByRole("link", { name: "Avaa haittatapahtumat" })).toBeVisible();
  // Whoever comes back to the first one finds it as it was told.
  await page.goto(address);
  await expect(page.getByText("Kuvaus on tallennettu.")).toBeVisible();
  await desk.goto(`${server.url}/incidents`);
  await expect(desk.locator("tbody tr")).toHaveCount(2);
});

test("a peer instructor stops and tells too, and is asked nothing about health", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await page.getByRole("link", { name: "Oire tai tapaturma" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Oire tai tapaturma" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Auta istumaan. Älä jätä yksin." })).toBeVisible();
  await expect(page.locator("main")).toContainText("Koordinaattori näkee sen");
  await page.getByRole("textbox", { name: "Mitä tapahtui" }).fill("Rintaa puristi.");
  await page.getByRole("button", { name: "Tallenna kuvaus" }).click();
  await expect(page.getByText("Kuvaus on tallennettu.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Kuvaus on tallennettu.")).toBeVisible();
});
