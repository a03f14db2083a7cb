// What the server could not simply take stays on a list with its reason in plain words (docs/sync.md, Promises).

import { accessible, enterAs, expect, fits, picture, sizes, targets, targetsAtEveryWidth, test, type Virea } from "./support/journey";
import { correctTwice, enter, furnish, openRoll, peer, row, twoInRoll } from "./support/hall";
import type { Page } from "@playwright/test";

async function send(page: Page) {
  await page.getByRole("link", { name: /odottaa|lähetetty|tarkistettava/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
}

/** Each sends by itself as soon as it can: the second one is kept away until the first has, and is `told` what came of it. */
async function sendInTurn(server: Virea, one: Page, two: Page, told = "1 merkintä on tarkistettava") {
  await two.context().setOffline(true);
  await server.start();
  await send(one);
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await two.context().setOffline(false);
  await send(two);
  await expect(two.getByRole("link", { name: told })).toBeVisible();
}

test("two tablets that marked one person differently: the second one is told, and may put it aside", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  await server.stop();
  await row(one, "Aino").locator(".roll-row__tap").click();
  await expect(row(one, "Aino")).toHaveAttribute("data-mark", "present");
  await row(two, "Aino").locator(".roll-row__more").click();
  await two.getByRole("button", { name: "poissa, ilmoitti", exact: true }).click();
  await expect(row(two, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await sendInTurn(server, one, two);
  await expect(two.locator("main")).toContainText("Kahdesta laitteesta tuli eri tieto. Valitse oikea tai jätä se koordinaattorille.");
  // Both values and both names, on both tablets.
  await expect(two.locator("main")).toContainText("Sinä merkitsit: poissa, ilmoitti. Toisella tabletilla: paikalla (Outi Ohjaaja).");
  await expect(row(one, "Aino")).toHaveCount(0);
  await one.evaluate(() => dispatchEvent(new Event("online")));
  await one.goBack();
  await expect(row(one, "Aino")).toContainText("Veikko Vertainen merkitsi näin. Merkitty myös: paikalla (Outi Ohjaaja)");
  await accessible(two);
  await targets(two, 56);
  await fits(two);
  await picture(two, "tablet-conflict");
  await two.goBack();
  await expect(row(two, "Aino").locator(".sync-mark")).toContainText("tarkista");
  await picture(two, "tablet-conflict-roll");
  await two.goForward();
  await two.getByRole("button", { name: "Luettu, poista listalta" }).click();
  await expect(two.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
});

test("what two instructors marked differently without network is settled on a tablet, and the desk and the other tablet agree", async ({ server, browse }) => {
  test.setTimeout(120_000);
  const [one, two] = await twoInRoll(server, browse);
  await server.stop();
  for (const name of ["Aino", "Eila"]) {
    await row(one, name).locator(".roll-row__tap").click();
    await expect(row(one, name)).toHaveAttribute("data-mark", "present");
    await row(two, name).locator(".roll-row__more").click();
    await two.getByRole("button", { name: "poissa, ilmoitti", exact: true }).click();
    await expect(row(two, name)).toHaveAttribute("data-mark", "absent_informed");
  }
  await sendInTurn(server, one, two, "2 merkintää on tarkistettava");
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/reviews`);
  await expect(desk.locator(".reviews > li")).toHaveCount(2);

  // The other tablet, whose own marks were taken, is told on its start view; both values, both names, both times.
  await one.evaluate(() => dispatchEvent(new Event("online")));
  await one.getByRole("link", { name: "Etusivu" }).click();
  const way = one.getByRole("link", { name: /Ratkaistavaa/ });
  await expect(way).toContainText("2 läsnäoloa on merkitty kahdella tavalla");
  await picture(one, "tablet-decide-start");
  await server.stop();
  await way.click();
  const aino = one.locator(".reviews > li", { hasText: "Aino" });
  await expect(aino.locator(".side")).toHaveCount(2);
  await expect(aino.locator(".side", { hasText: "Outi Ohjaaja" })).toContainText(/paikalla[^]*klo/);
  await expect(aino.locator(".side", { hasText: "Veikko Vertainen" })).toContainText(/poissa, ilmoitti[^]*voimassa nyt/);
  await accessible(one);
  await picture(one, "tablet-decide");
  await targetsAtEveryWidth(one, 56);
  await aino.getByRole("button", { name: "Tämä pitää paikkansa: paikalla" }).click();
  await expect(one.getByText("Asia on ratkaistu.")).toContainText("Aino");
  await expect(one.locator(".reviews > li")).toHaveCount(1);
  await one.locator(".reviews > li").getByRole("button", { name: "Tämä pitää paikkansa: poissa, ilmoitti" }).click();
  await expect(one.getByText("Ei ratkaistavaa")).toBeVisible();
  await picture(one, "tablet-decide-empty");

  await server.start();
  await one.evaluate(() => dispatchEvent(new Event("online")));
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await one.getByRole("link", { name: "Etusivu" }).click();
  await expect(one.locator(".hand__begin")).toBeVisible();
  await expect(way).toHaveCount(0);
  // The desk has nothing left to decide, and the mark that was chosen.
  await desk.goto(`${server.url}/reviews`);
  await expect(desk.getByText("Ei ratkaistavaa")).toBeVisible();
  // The second tablet's own entries need no look any more.
  await two.evaluate(() => dispatchEvent(new Event("online")));
  await expect(two.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await two.goBack();
  await expect(row(two, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(row(two, "Eila")).toHaveAttribute("data-mark", "absent_informed");
});

test("a result that two tablets corrected differently is told on both with both values, and choosing one settles it", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const [one, two] = [await browse({ viewport: sizes.tablet }), await browse({ viewport: sizes.tablet })];
  await correctTwice(server, one, two);
  await sendInTurn(server, one, two);

  await one.evaluate(() => dispatchEvent(new Event("online")));
  await one.getByRole("link", { name: "Etusivu" }).click();
  const way = one.getByRole("link", { name: /Ratkaistavaa/ });
  await expect(way).toContainText("1 tulos on korjattu kahdella tavalla");
  await way.click();
  await two.goto(`${server.url}/tablet/decide`);
  for (const page of [one, two]) {
    const sides = page.locator(".reviews > li", { hasText: "Aino" }).locator(".side");
    await expect(sides).toHaveCount(2);
    await expect(sides.filter({ hasText: "10,9" })).toContainText(/Outi Ohjaaja[^]*klo[^]*voimassa nyt/);
    await expect(sides.filter({ hasText: "11,5" })).toContainText(/Luettiin väärin[^]*Outi Ohjaaja/);
  }
  await accessible(one);
  await targets(one, 56);
  await picture(one, "tablet-decide-test");
  await one.getByRole("button", { name: "Piilota luvut" }).click();
  await expect(one.locator(".reviews")).not.toContainText(/11,5|10,9|Luettiin väärin/);
  await one.getByRole("button", { name: "Näytä luvut" }).click();
  await one.getByRole("button", { name: /Tämä pitää paikkansa: 11,5/ }).click();
  await expect(one.getByText("Asia on ratkaistu.")).toContainText("Aino");
  await expect(one.getByText("Ei ratkaistavaa")).toBeVisible();
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/reviews`);
  await expect(desk.getByText("Ei ratkaistavaa")).toBeVisible();
});

test("work recorded before a right was lost waits for the coordinator, and says so", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await page.context().setOffline(true);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  const admin = await browse();
  await enterAs(admin, server, "organisation_admin", "paula.paakayttaja@example.fi");
  // No more groups for the peer instructor.
  await admin.goto(`${server.url}/accounts`);
  await admin.getByRole("link", { name: "Veikko Vertainen" }).click();
  await admin.getByLabel("Koskelan tiistairyhmä").uncheck();
  await admin.getByRole("button", { name: "Tallenna ryhmät" }).click();
  await page.context().setOffline(false);
  await send(page);
  await expect(page.locator("main")).toContainText("Odottaa koordinaattoria: oikeutesi ryhmään on muuttunut.");
  await expect(page.getByRole("button", { name: "Luettu, poista listalta" })).toHaveCount(0);
  await accessible(page);
  await picture(page, "tablet-held");
  await page.getByRole("link", { name: "Etusivu" }).click();
  await expect(page.getByText("Sinulle ei ole vielä ryhmiä.")).toBeVisible();
  await picture(page, "tablet-held-start");
});
