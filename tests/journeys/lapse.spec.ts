// Fourteen days without contact: nothing that was fetched is shown any more, and recording goes on
// (docs/sync.md, Lapse).

import { accessible, expect, picture, targets, test } from "./support/journey";
import { answerBeforeTest, awake, enter, furnish, goOn, openRoll, people, row, today, typeValue } from "./support/hall";
import type { Page } from "@playwright/test";

const fortnight = 14 * 86_400_000;
/** Names, telephone numbers and years that the tablet has fetched. */
const fetched = /Marja|Aino|Anja|Virtanen|Korhonen|Niemi|Söderström|040|19[34]\d/;

/** Opens an address of the app and waits until its view is drawn. */
async function go(page: Page, path: string) {
  await page.goto(new URL(path, page.url()).href);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

async function write(page: Page, name: string) {
  await page.getByLabel("Nimi paperilistasta").fill(name);
  await page.getByRole("button", { name: "Merkitse paikalle" }).click();
  await expect(page.getByLabel("Nimi paperilistasta")).toHaveValue("");
}

test("after fourteen days without contact the tablet hides what it fetched, records on, and shows all after contact", async ({
  server,
  device,
}) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  // The last contact was that long ago by the tablet's clock.
  await page.clock.setFixedTime(Date.now() - fortnight - 60_000);
  await enter(page, server);
  // Ended in order: a browser writes its cookies down only after half a minute.
  await tablet.close();
  page = await tablet.open();
  await page.clock.setFixedTime(Date.now() - fortnight - 60_000);
  await page.goto(`${server.url}/tablet`);
  await openRoll(page);
  const roll = page.url().replace(/[^/]+$/, today());
  await server.stop();
  await go(page, roll);
  await awake(page);
  await row(page, "Anja").locator(".roll-row__tap").click();
  // By this tablet's clock the session is still to come.
  await page.getByRole("dialog").getByRole("button", { name: "Merkitse silti" }).click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "present");
  const person = await personOf(page, "Marja Virtanen");
  await go(page, roll);
  await expect(page.locator(".roll-row")).toHaveCount(people);

  // The open roll closes by itself when the time has come.
  await page.clock.setFixedTime(Date.now());
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("status").filter({ hasText: "14 päivään" })).toBeVisible();
  await expect(page.locator(".roll-row")).toHaveCount(0);
  for (const path of [roll, "/tablet", "/tablet/groups", "/tablet/decide", "/tablet/device", "/tablet/me", "/tablet/tests", person, `${person}/measure`]) {
    await go(page, path);
    await expect(page.locator("body")).toContainText("14 päivään");
    expect(await page.locator("body").innerText(), path).not.toMatch(fetched);
    await accessible(page);
  }
  // What was recorded before still waits, without its name.
  await go(page, "/tablet/device");
  await expect(page.getByRole("listitem").filter({ hasText: "läsnäolo" })).toHaveCount(1);

  // A name of the group is that person; another one is new.
  await go(page, roll);
  await awake(page).catch(() => undefined);
  await write(page, "virtanen marja");
  await write(page, "Söderström, Märta");
  await expect(page.locator(".roll__counter")).toHaveText("2 paikalla");
  // One who was marked before the time came appears when her name is typed.
  await write(page, "Anja Niemi");
  await expect(row(page, "Anja Niemi")).toHaveAttribute("data-mark", "present");
  await write(page, "Hilda Outola");
  await expect(page.locator(".roll__counter")).toHaveText("4 paikalla");
  await expect(row(page, "Marja Virtanen")).toHaveAttribute("data-mark", "present");
  await expect(row(page, "Märta Söderström").locator(".sync-mark")).toContainText("tabletilla");
  await expect(row(page, "Hilda Outola")).toContainText("uusi");
  await accessible(page);
  await targets(page, 56);
  await picture(page, "tablet-lapsed-roll");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(page.locator(".roll__counter")).toHaveText("3 paikalla");
  await write(page, "Hilkka Outola");

  // A test is recorded too; the one of the spring is not told.
  await row(page, "Marja Virtanen").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /SPPB/ }).click();
  for (let stand = 0; stand < 3; stand++) await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await goOn(page, "Kävely");
  await typeValue(page, "4,6");
  await goOn(page, "Tuolilta nousu");
  await typeValue(page, "12");
  await goOn(page, "Tulos");
  await expect(page.locator(".told")).toContainText("11 / 12");
  await expect(page.locator(".told")).toContainText("Aiemmat tulokset näkyvät, kun yhteys palaa.");
  await expect(page.locator(".told")).not.toContainText("parani");
  await page.getByRole("button", { name: "Tallenna tulos" }).click();
  await page.getByRole("link", { name: "Henkilön kortti" }).click();
  await expect(page.locator("main")).toContainText("11 / 12");

  // Nothing of it is lost with the browser.
  await tablet.kill();
  page = await tablet.open();
  await page.goto(roll);
  await expect(page.locator(".roll__counter")).toHaveText("4 paikalla");
  await expect(page.locator(".roll-row__name")).toHaveText(["Anja Niemi", "Hilkka Outola", "Marja Virtanen", "Märta Söderström"]);

  await server.start();
  await page.getByRole("link", { name: /odottaa|lähetetty/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await expect(page.locator("body")).not.toContainText("14 päivään");
  await go(page, roll);
  // Everybody again, and the one who was new twice: the slip stays for the coordinator, without a mark.
  await expect(page.locator(".roll__counter")).toHaveText(`4 / ${people + 2} paikalla`);
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "present");
  await expect(row(page, "Märta")).toHaveAttribute("data-mark", "present");
  await expect(row(page, "Marja Virtanen")).toHaveAttribute("data-sync", "server");
  await go(page, person);
  await expect(page.locator("main")).toContainText("040 123 4500");
  const tests = await server.must("export", "--municipality", "091", "--kind", "scores");
  expect(tests.split("\n").filter((line) => line.includes("sppb_total,"))).toHaveLength(2);
});

/** The address of a person's card. */
async function personOf(page: Page, name: string): Promise<string> {
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.getByRole("heading", { name: "Läsnäolo tällä kaudella" })).toBeVisible();
  return new URL(page.url()).pathname;
}
