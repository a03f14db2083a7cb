// The participant holds the tablet: their own questions and nothing else, until the instructor types their name.

import type { Page } from "@playwright/test";
import { accessible, enterAs, expect, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";
import { answerBeforeTest, enter, furnish, group, kept, openRoll, openTests, row, today } from "./support/hall";

const title = (page: Page) => page.locator(".held__title");

/** Hands the tablet over to Aino, who speaks Finnish. */
async function give(page: Page, name = "Aino") {
  await openTests(page, name);
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /Omat arviot|Egna bedömningar/ }).click();
  await page.getByRole("button", { name: "Anna tabletti osallistujalle" }).click();
  await expect(page.getByRole("dialog")).toContainText("Outi Ohjaaja");
  await page.getByRole("button", { name: "Anna tabletti", exact: true }).click();
  await expect(page.locator(".held")).toBeVisible();
}

/** The instructor types a name. */
async function takeBack(page: Page, name: string) {
  await page.getByRole("button", { name: "Olen ohjaaja" }).first().click();
  await page.getByLabel("Oma nimesi").fill(name);
  await page.getByRole("button", { name: "Ota tabletti takaisin" }).click();
}

test("a participant answers alone, nothing else is reachable, and the instructor saves what was answered", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  const roll = new URL(page.url()).pathname;
  await give(page);
  await expect(title(page)).toHaveText("Hei Aino!");
  await expect(page.locator("nav, .view, .sending, .help")).toHaveCount(0);
  await picture(page, "handed-hello");
  await accessible(page);
  await targetsAtEveryWidth(page, 64);
  await page.getByRole("button", { name: "Aloita" }).click();

  await expect(title(page)).toHaveText("Millainen terveytesi on omasta mielestäsi?");
  await targetsAtEveryWidth(page, 64);
  await accessible(page);
  await page.getByRole("button", { name: "melko hyvä" }).click();
  await picture(page, "handed-question");
  await page.getByRole("button", { name: "Seuraava" }).click();
  await expect(title(page)).toContainText("kaatunut");
  await page.getByRole("button", { name: "0", exact: true }).click();
  await picture(page, "handed-number");
  await kept(page, "falls12", '"typed":"0"');

  // Without network: a reload, Back and typed addresses of every kind lead back here.
  await server.stop();
  const still = async (how: string) => {
    await expect(title(page), how).toContainText("kaatunut");
    await expect(page.getByText("Aino"), how).toHaveCount(0);
    for (const other of ["Marja", "Veikko", group]) await expect(page.getByText(other), how).toHaveCount(0);
  };
  await page.reload();
  await still("a reload");
  await expect(page.locator(".measure__typed")).toHaveText("0");
  await page.goBack();
  await still("back");
  for (const address of ["/tablet", roll, "/tablet/device", "/tablet/me", "/tablet/tests", "/tablet/sign-in", "/people", "/"]) {
    await page.goto(server.url + address);
    await still(address);
  }
  await server.start();
  for (const address of ["/people", "/sessions"]) {
    await page.goto(server.url + address);
    await still(`${address} with network`);
  }

  // Without a fall nobody is asked about an injury.
  await page.getByRole("button", { name: "Seuraava" }).click();
  await expect(title(page)).toContainText("puoli kilometriä");
  await page.getByRole("button", { name: "vaikeuksitta" }).click();
  await page.getByRole("button", { name: "Seuraava" }).click();
  const skip = page.getByRole("button", { name: "Jätän väliin" });
  while (!(await page.getByText("Anna tabletti takaisin ohjaajalle.").isVisible())) {
    const before = await title(page).textContent();
    // The hand rests: a second tap on the same place within a moment is no tap.
    await page.waitForTimeout(400);
    await skip.click();
    await expect(title(page)).not.toHaveText(before ?? "");
  }
  await picture(page, "handed-thanks");
  await accessible(page);
  await page.reload();
  await expect(page.getByText("Anna tabletti takaisin ohjaajalle.")).toBeVisible();

  await takeBack(page, "Aino Korhonen");
  await expect(page.getByText("Tämä ei ole sen ohjaajan nimi")).toBeVisible();
  await expect(page.getByText("Outi")).toHaveCount(0);
  await picture(page, "handed-name");
  await accessible(page);
  await page.getByLabel("Oma nimesi").fill("ohjaja outi");
  await page.getByRole("button", { name: "Ota tabletti takaisin" }).click();

  // What was answered waits to be looked through; nothing has been recorded.
  await expect(page.getByText("Vastauksia 3 / 12.")).toBeVisible();
  await expect(page.getByText("Vastaamatta:")).toBeVisible();
  await picture(page, "handed-back");
  await accessible(page);
  const before = await server.must("export", "--municipality", "091", "--kind", "assessments");
  expect(before).not.toContain(today());
  await page.getByRole("button", { name: "Tallenna vastaukset" }).click();
  await expect(page.getByRole("button", { name: /Omat arviot/ })).toContainText("mitattu tänään");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible({ timeout: 30_000 });
  const after = await server.must("export", "--municipality", "091", "--kind", "assessments");
  const own = after.split("\n").filter((line) => line.includes(today()));
  expect(own.map((line) => /self_report\W(\w+)/.exec(line)?.[1]).sort()).toEqual(["falls12", "srh", "walk500"]);
  // The desk is within reach again.
  await page.goto(`${server.url}/sessions`);
  await expect(page.locator(".held")).toHaveCount(0);
});

test("whoever holds the tablet sees the number that they type, also while numbers are hidden from the group", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await page.getByRole("button", { name: "Piilota luvut" }).click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /Omat arviot/ }).click();
  await page.getByRole("button", { name: "Anna tabletti osallistujalle" }).click();
  await page.getByRole("button", { name: "Anna tabletti", exact: true }).click();
  await page.locator(".held__next").click();
  await page.locator(".question__answer").first().click();
  await page.locator(".held__next").click();
  await page.getByRole("button", { name: "0", exact: true }).click();
  await expect(page.locator(".measure__typed")).toHaveText("0");
  await expect(page.locator(".measure__peek")).toHaveCount(0);
});

test("a participant is spoken to in their own language and may choose another one", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  await give(page, "Marja Virtanen");
  await expect(title(page)).toHaveText("Hej Marja!");
  await expect(page.locator("html")).toHaveAttribute("lang", "sv");
  await picture(page, "handed-sv-phone");
  await page.getByRole("button", { name: "Börja" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(title(page)).toHaveText(/health/);
  await page.reload();
  await expect(title(page)).toHaveText(/health/);
  await page.getByRole("button", { name: "I am the instructor" }).click();
  await page.getByLabel("Your own name").fill("Outi Ohjaaja");
  await page.getByRole("button", { name: "Take the tablet back" }).click();
  // The tablet speaks the instructor's language again.
  await expect(page.locator("html")).toHaveAttribute("lang", "fi");
  await expect(page.locator(".view")).toBeVisible();
});

test("where the municipality says te, the tablet says it to whoever answers and to whoever is asked", async ({ server, browse }) => {
  await furnish(server);
  const admin = await browse();
  await enterAs(admin, server, "organisation_admin", "paula.paakayttaja@example.fi");
  await admin.goto(`${server.url}/letters`);
  await admin.locator("input[name=form][value=formal]").check({ force: true });
  await admin.getByRole("button", { name: "Tallenna" }).click();
  await expect(admin.getByText("Puhuttelu on tallennettu.")).toBeVisible();
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await openTests(page, "Aino");
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /Omat arviot/ }).click();
  // What the instructor reads out; the tablet speaks to the instructor as before.
  await expect(page.locator(".question__asked")).toHaveText("Millainen terveytenne on omasta mielestänne?");
  await page.getByRole("button", { name: "Anna tabletti osallistujalle" }).click();
  await page.getByRole("button", { name: "Anna tabletti", exact: true }).click();
  await page.getByRole("button", { name: "Aloita" }).click();
  await expect(title(page)).toHaveText("Millainen terveytenne on omasta mielestänne?");
  await expect(page.locator("html")).toHaveAttribute("lang", "fi");
  await expect(page.getByRole("button", { name: "Suomi" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Svenska" }).click();
  await expect(title(page)).toHaveText("Hur är er hälsa enligt er själv?");
});

test("another tab of the tablet is handed over with it", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  const other = await page.context().newPage();
  await other.goto(`${server.url}/tablet`);
  await expect(other.locator(".hand__begin")).toBeVisible();
  await page.bringToFront();
  await openRoll(page);
  await give(page);
  await other.bringToFront();
  await other.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect(other.locator(".held")).toBeVisible();
  await expect(row(other, "Aino")).toHaveCount(0);
});
