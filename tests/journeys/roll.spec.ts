// The whole roll call: every kind of mark and its way back, the end of a session and what is changed afterwards, who
// should be called, who is here when the bell rings, and the room that the rows have.

import { accessible, expect, fits, picture, sizes, targets, test, type Virea } from "./support/journey";
import { awake, day, enter, furnish, furnishEvent, group, kept, openRoll, peer, people, row, today, twoInRoll } from "./support/hall";
import type { Page } from "@playwright/test";

async function all(page: Page) {
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(`${people} / ${people} paikalla`);
}

async function give(page: Page, name: string, mark: string) {
  await row(page, name).locator(".roll-row__more").click();
  await page.getByRole("dialog").getByRole("button", { name: mark, exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Ends the session, all being marked. */
async function close(page: Page) {
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Päätä kerta" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
}

test("undo outlives leaving the roll and a reload, step by step, until the session is ended", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await give(page, "Anja", "myöhässä tai osan aikaa");
  await give(page, "Eila", "tauolla");
  await expect(page.locator(".undo-bar")).toContainText("Eila: tauolla");
  await page.getByRole("link", { name: "Etusivu" }).click();
  await openRoll(page);
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Eila")).toHaveAttribute("data-mark", "none");
  await page.reload();
  await awake(page);
  await expect(page.locator(".undo-bar")).toContainText("Anja: myöhässä");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "none");
  await tablet.kill();
  page = await tablet.open();
  await page.goto(roll);
  await awake(page);
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "none");
  await expect(page.getByRole("button", { name: "Kumoa" })).toHaveCount(0);
  await all(page);
  await close(page);
  await page.goto(roll);
  await awake(page);
  await expect(page.getByRole("button", { name: "Kumoa" })).toHaveCount(0);
});

test("an ended session is told on the start view, and a later change asks a reason that stays in the history", async ({
  server,
  browse,
}) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await all(page);
  // The main button follows the task.
  await expect(page.locator(".roll__actions .button--main")).toHaveText("Päätä kerta");
  await close(page);
  await expect(page.getByRole("status").filter({ hasText: "kerta on päätetty" })).toContainText(`${people} / ${people} paikalla`);
  await expect(page.locator(".row", { hasText: group }).first()).toContainText("Päätetty");
  await expect(page.locator(".hand")).toHaveCount(0);
  await accessible(page);
  await picture(page, "roll-ended-start");

  await page.goto(roll);
  await awake(page);
  await expect(page.getByText("Myöhempään muutokseen kysytään syy.")).toBeVisible();
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("dialog").getByRole("button", { name: "poissa, ilmoitti" }).click();
  const asked = page.getByRole("dialog", { name: "Miksi merkintä muuttuu?" });
  await expect(asked).toBeVisible();
  await expect(asked.getByRole("textbox")).toHaveCount(0);
  await accessible(page);
  await targets(page, 56);
  await picture(page, "roll-reason");
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await asked.getByRole("button", { name: "tieto tuli myöhemmin" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");
  // Put aside, nothing changes.
  await row(page, "Anja").locator(".roll-row__tap").click();
  await asked.getByRole("button", { name: "Sulje" }).click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "present");
  // Opened again, a tap is a tap.
  await page.getByRole("button", { name: "Jatka merkitsemistä" }).click();
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "none");
});

test("a mark of a past day is changed with a reason, and a day without marks is filled without one", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await page.goto(roll.replace(/[^/]+$/, day(-7)));
  await awake(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await page.getByRole("dialog").getByRole("button", { name: "virhe merkinnässä" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "none");
  await page.goto(roll.replace(/[^/]+$/, day(-14)));
  await awake(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
});

test("cancelling a session with marks asks, and can be undone on the start view and in the roll", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await all(page);
  const cancel = async () => {
    await page.getByRole("button", { name: "Päätä kerta" }).click();
    await page.getByRole("button", { name: "Merkitse kerta perutuksi" }).click();
    const asked = page.getByRole("dialog", { name: "Perutaanko kerta?" });
    await expect(asked).toContainText("18 henkilöä on merkitty paikalle.");
    return asked;
  };
  const asked = await cancel();
  await accessible(page);
  await picture(page, "roll-cancelling");
  await asked.getByRole("button", { name: "Älä peru" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await (await cancel()).getByRole("button", { name: "Kerta peruttiin" }).click();
  await expect(page.getByRole("status").filter({ hasText: "merkitty perutuksi" })).toBeVisible();
  await picture(page, "roll-cancelled-start");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(page.locator(".hand__begin")).toBeVisible();
  await openRoll(page);
  await (await cancel()).getByRole("button", { name: "Kerta peruttiin" }).click();
  await page.goto(roll);
  await awake(page);
  await expect(page.getByText("Tämä kerta on merkitty perutuksi.")).toBeVisible();
  await page.getByRole("button", { name: "Kerta pidettiin sittenkin" }).click();
  await expect(page.getByText("Tämä kerta on merkitty perutuksi.")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => /;held;.*present|,held,.*present/.test(line))).toHaveLength(people + people - 1);
});

test("who missed two sessions without a word is to be called, with the number, until that is ticked", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  await give(page, "Kerttu", "poissa, ei ilmoitusta");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.locator(".calls__name")).toHaveText(["Kerttu Mäkelä"]);
  await expect(sheet.getByRole("link", { name: "040 123 4503" })).toHaveAttribute("href", "tel:0401234503");
  await accessible(page);
  await picture(page, "roll-calls");
  await sheet.getByRole("button", { name: "Päätä kerta" }).click();
  await server.stop();
  // Still there tomorrow, without network.
  await tablet.close();
  page = await tablet.open();
  await page.clock.setFixedTime(Date.now() + 86_400_000);
  await page.goto(`${server.url}/tablet`);
  const call = page.locator(".calls__one");
  await expect(call).toContainText("Kerttu Mäkelä");
  await expect(call).toHaveAttribute("data-done", "false");
  await call.getByRole("button", { name: "Soitettu" }).click();
  await expect(call).toHaveAttribute("data-done", "true");
  await accessible(page);
  await picture(page, "roll-called-start");
  await page.reload();
  await expect(page.locator(".calls__one")).toHaveAttribute("data-done", "true");
  // A slip is taken back.
  await page.locator(".calls__one").getByRole("button", { name: "Soitettu" }).click();
  await expect(page.locator(".calls__one")).toHaveAttribute("data-done", "false");
});

test("a peer instructor asks the coordinator to call, and sees no number", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await give(page, "Kerttu", "poissa, ei ilmoitusta");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("Pyydä koordinaattoria soittamaan.");
  await expect(sheet.locator(".calls__name")).toHaveText(["Kerttu Mäkelä"]);
  await expect(sheet.locator("a[href^='tel:']")).toHaveCount(0);
  await expect(sheet).not.toContainText("040");
  await sheet.getByRole("button", { name: "Pyydetty" }).click();
  await expect(sheet.locator(".calls__one")).toHaveAttribute("data-done", "true");
});

/** From now on the outbox needs so long for each write, as a tired tablet's disk does. */
async function tire(page: Page, milliseconds: number) {
  await page.evaluate((milliseconds) => {
    const real = IDBTransaction.prototype.commit;
    IDBTransaction.prototype.commit = function () {
      if (!this.objectStoreNames.contains("outbox")) return real.call(this);
      const until = performance.now() + milliseconds;
      const wait = () => {
        if (performance.now() >= until) real.call(this);
        else this.objectStore("outbox").count().onsuccess = wait;
      };
      wait();
    };
  }, milliseconds);
}

test("a mark that a tired disk has not stored yet is neither overwritten by everybody's nor undone by a second tap", async ({
  server,
  browse,
}) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await tire(page, 1_500);
  await row(page, "Helmi").locator(".roll-row__tap").click();
  await page.waitForTimeout(500);
  await row(page, "Helmi").locator(".roll-row__tap").click();
  await give(page, "Aino", "poissa, ilmoitti");
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "none");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(`${people - 1} / ${people} paikalla`);
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await expect(row(page, "Helmi")).toHaveAttribute("data-mark", "present");
});

test("when the bell rings everybody who is here stands in one list, without network", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await give(page, "Aino", "poissa, ilmoitti");
  // Who takes part from home is looked for nowhere.
  await give(page, "Pentti", "etänä");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(`${people - 1} / ${people} paikalla`);
  await page.getByRole("button", { name: "Kuka on paikalla" }).click();
  const list = page.getByRole("dialog", { name: "Paikalla nyt" });
  await expect(list.getByRole("listitem")).toHaveCount(people - 2);
  for (const away of ["Aino", "Pentti"]) await expect(list).not.toContainText(away);
  await list.getByRole("button", { name: "Anja" }).click();
  await expect(list.locator(".present__count")).toHaveText(`1 / ${people - 2} nähty`);
  await accessible(page);
  await targets(page, 56);
  await picture(page, "roll-present");
  await list.getByRole("button", { name: "Takaisin läsnäoloon" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("everybody is never marked over a list that a search has cut short", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.getByLabel("Etsi nimellä").fill("ain");
  await expect(page.locator(".roll-row")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Kaikki paikalla" })).toHaveCount(0);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await page.getByRole("button", { name: "Näytä kaikki" }).click();
  await expect(page.locator(".roll-row")).toHaveCount(people);
  await expect(page.locator(".roll__counter")).toHaveText(`1 / ${people} paikalla`);
  await expect(page.getByRole("button", { name: "Kaikki paikalla" })).toBeVisible();
});

test("the browser's Back closes a dialog and leaves the view only then", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const roll = page.url();
  await row(page, "Aino").locator(".roll-row__more").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(page.url()).toBe(roll);
  // Closed by its own button it leaves no step behind.
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  // From a dialog to a view, and back to the roll.
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Aino/ })).toBeVisible();
  await page.goBack();
  await awake(page);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the rows have the screen: the head is low, and enough people are seen at once", async ({ server, browse }) => {
  await furnish(server);
  for (const [name, viewport, least, columns] of [
    ["portrait", { width: 820, height: 1180 }, 12, 2],
    ["landscape", { width: 1180, height: 820 }, 18, 3],
    ["phone", { width: 390, height: 844 }, 6, 1],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browse({ viewport, colorScheme });
      await enter(page, server);
      await openRoll(page);
      await expect(page.locator(".roll-row")).toHaveCount(people);
      // The tool scrolls to what does not take its click yet.
      await page.waitForTimeout(400);
      await row(page, "Aino").locator(".roll-row__tap").click();
      await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");
      const boxes = await page.locator(".roll-row__tap").evaluateAll((rows) => rows.map((one) => one.getBoundingClientRect().toJSON()));
      const bar = (await page.locator(".roll__bar").boundingBox())?.y ?? 0;
      expect.soft(boxes[0].y, `the head on ${name}`).toBeLessThanOrEqual(120);
      expect.soft(boxes.filter((box) => box.bottom <= bar).length, `rows on ${name}`).toBeGreaterThanOrEqual(least);
      expect.soft(new Set(boxes.map((box) => Math.round(box.x))).size, `columns on ${name}`).toBe(columns);
      for (const box of boxes) expect(box.height).toBeGreaterThanOrEqual(64);
      if (name === "phone") await expect(page.locator(".sending__short")).toHaveText("Laite");
      // What is on the server needs no word.
      await expect(page.locator(".roll-row .sync-mark")).toHaveCount(0);
      await accessible(page);
      await fits(page);
      await page.screenshot({ path: `../../target/journeys/pictures/roll-${name}-${colorScheme}.png` });
      await give(page, "Aino", "Tyhjennä merkintä");
    }
  }
});

test("what is only on the tablet is said by its word on a phone, and by its shape in three columns", async ({ server, browse }) => {
  await furnish(server);
  for (const [name, viewport, spelt] of [
    ["Aino", { width: 1080, height: 820 }, false],
    ["Anja", { width: 820, height: 1180 }, true],
    ["Eila", { width: 390, height: 844 }, true],
  ] as const) {
    const page = await browse({ viewport });
    await enter(page, server);
    await openRoll(page);
    await awake(page);
    await page.context().setOffline(true);
    await row(page, name).locator(".roll-row__tap").click();
    const mark = row(page, name).locator(".sync-mark");
    await expect(mark).toContainText("tabletilla");
    const wide = (await mark.locator(".sync-mark__word").boundingBox())?.width ?? 0;
    expect(wide > 4, `${viewport.width} wide`).toBe(spelt);
    await page.context().setOffline(false);
    await expect(row(page, name)).toHaveAttribute("data-sync", "server");
  }
});

test("past sessions show how many came", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await page.getByRole("link", { name: "Muut ryhmät ja kerrat" }).click();
  await page.getByRole("button", { name: group }).click();
  await expect(page.locator(".row", { hasText: "paikalla" }).first()).toContainText(`${people - 1} / ${people} paikalla`);
});

test("who is to be measured is said on the row and in its sheet, to those who measure", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  await expect(row(one, "Aino").locator(".tag")).toHaveText("aika mitata");
  await expect(row(one, "Marja Virtanen").locator(".tag")).toHaveText("aika mitata");
  // Kerttu has not come yet.
  await expect(row(one, "Kerttu").locator(".tag")).toHaveCount(0);
  const before = await row(one, "Aino").boundingBox();
  await row(one, "Aino").locator(".roll-row__tap").click();
  await expect(row(one, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(row(one, "Aino").locator(".tag")).toHaveText("aika mitata");
  expect(await row(one, "Aino").boundingBox()).toEqual(before);
  const cut = await one.locator(".roll-row .tag").evaluateAll((tags) => tags.filter((tag) => tag.scrollWidth > tag.clientWidth).length);
  expect(cut, "the words of tags are whole").toBe(0);
  await picture(one, "roll-due");
  await row(one, "Marja Virtanen").locator(".roll-row__more").click();
  await expect(one.getByRole("dialog")).toContainText("3 kuukauden mittaus, viimeistään");
  await picture(one, "roll-due-sheet");
  await expect(row(two, "Aino")).toBeVisible();
  await expect(two.locator(".roll-row .tag")).toHaveCount(0);
});

test("what was done to all at once is told by its mark, with the way back", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "Merkitse kaikki: poissa, ei ilmoitusta" }).click();
  await expect(sheet).toContainText("Kaikki on merkitty.");
  await sheet.getByRole("button", { name: "Sulje" }).click();
  await expect(page.locator(".undo-bar")).toContainText(`${people - 1} merkitty: poissa, ei ilmoitusta`);
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(row(page, "Veikko")).toHaveAttribute("data-mark", "none");
});

test("a session in which somebody was missed is not cancelled by a slip either", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await give(page, "Kerttu", "poissa, ei ilmoitusta");
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await page.getByRole("button", { name: "Merkitse kerta perutuksi" }).click();
  const asked = page.getByRole("dialog", { name: "Perutaanko kerta?" });
  await expect(asked).toContainText("1 henkilö on merkitty poissa olevaksi.");
  await asked.getByRole("button", { name: "Älä peru" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await expect(page.getByText("Tämä kerta on merkitty perutuksi.")).toHaveCount(0);
  await expect(row(page, "Kerttu")).toHaveAttribute("data-mark", "absent_unknown");
});

test("at an event people are counted, nobody is named or tested, and the number stands on the start view", async ({ server, browse }) => {
  await furnish(server);
  const login = await furnishEvent(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server, login);
  await page.goto(`${server.url}/tablet/tests`);
  await expect(page.getByText("Tänään ei ole harjoituskertoja.")).toBeVisible();
  await page.goto(`${server.url}/tablet`);
  const begin = page.locator(".hand__begin");
  await expect(begin).toHaveText("Kuinka moni tuli?");
  await expect(page.locator(".view__main").getByRole("link", { name: "Testipäivä" })).toHaveCount(0);
  await server.stop();
  await begin.click();
  const number = page.getByLabel("Tulijoita");
  await page.getByRole("button", { name: "Tallenna määrä" }).click();
  await expect(page.getByText("Kirjoita tulijoiden määrä numeroina")).toBeVisible();
  for (const [button, tapped] of [["Yksi lisää", "1"], ["Yksi lisää", "2"], ["Yksi pois", "1"]] as const) {
    // A second touch of one place within a moment counts once.
    await page.waitForTimeout(400);
    await page.getByRole("button", { name: button }).click();
    await expect(number).toHaveValue(tapped);
  }
  await number.fill("40");
  await accessible(page);
  await picture(page, "head-count");
  await page.getByRole("button", { name: "Tallenna määrä" }).click();
  await expect(page.locator(".view__main")).toContainText("40 ihmistä tuli");
  // Nothing is left to be saved, also where the same number was typed again.
  await page.getByRole("link", { name: /Luento kaatumisista klo 13/ }).click();
  await expect(page.locator(".head-count")).toContainText("40 ihmistä tuli");
  await number.fill("40");
  await kept(page, '"40"');
  await page.getByRole("button", { name: "Tallenna määrä" }).click();
  await expect(page.locator(".view__main")).toContainText("40 ihmistä tuli");
  await kept(page, '^(?!.*"40")');
  // A number at the wrong event is taken away again, and nothing else with it.
  await page.getByRole("link", { name: /Luento kaatumisista klo 13/ }).click();
  await page.getByRole("button", { name: "Poista määrä" }).click();
  await expect(page.locator(".head-count")).not.toContainText("40 ihmistä tuli");
  await expect(number).toHaveValue("");
  await expect(page.getByRole("button", { name: "Poista määrä" })).toHaveCount(0);
  await expect(page.getByText("Tämä kerta on merkitty perutuksi.")).toHaveCount(0);
  await page.goBack();
  await expect(page.locator(".view__main")).not.toContainText("40 ihmistä tuli");
});

test("on a phone a session is ended without scrolling past everybody who is asked about", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  const end = page.getByRole("dialog").getByRole("button", { name: "Kerta pidettiin" });
  const box = await end.boundingBox();
  expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(sizes.phone.height);
  await accessible(page);
  await picture(page, "roll-closing-phone");
});

/** Seven more in the group: twenty-five in all. */
async function twentyFive(server: Virea) {
  const more = ["Oiva", "Signe", "Tyyne", "Urho", "Vieno", "Yrjö", "Ensio"];
  const files = {
    participants: ["participant_ref;given_names;family_name;birth_date", ...more.map((name, i) => `R${i};${name};Salo;194${i}-05-05`)],
    memberships: ["group_ref;participant_ref;joined_on", ...more.map((_, i) => `G1;R${i};${day(-30)}`)],
  };
  for (const [kind, lines] of Object.entries(files)) {
    await server.must("import", "--municipality", "091", "--kind", kind, server.file(`more-${kind}.csv`, `${lines.join("\n")}\n`));
  }
}

test("a roll of twenty-five with every kind of mark, each taken back and given again, without network", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  await twentyFive(server);
  const page = await browse({ viewport: sizes.tablet });
  await enter(page, server);
  await openRoll(page);
  await expect(page.locator(".roll-row")).toHaveCount(25);
  await server.stop();
  const marks = [
    ["Signe", "paikalla", "present"],
    ["Oiva", "myöhässä tai osan aikaa", "late_or_partial"],
    ["Tyyne", "poissa, ilmoitti", "absent_informed"],
    ["Urho", "poissa, ei ilmoitusta", "absent_unknown"],
    ["Vieno", "tauolla", "paused"],
    ["Ensio", "etänä", "remote"],
  ] as const;
  for (const [name, words, code] of marks) {
    await give(page, name, words);
    await expect(row(page, name)).toHaveAttribute("data-mark", code);
    await expect(page.locator(".undo-bar")).toContainText(`${name}: ${words}`);
  }
  // Back over all of them, the last one first; then by the sheet, which says so itself.
  for (const [name] of [...marks].reverse()) {
    // A second touch of one place within a moment counts once.
    await page.waitForTimeout(400);
    await page.getByRole("button", { name: "Kumoa" }).click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "none");
  }
  await expect(page.getByRole("button", { name: "Kumoa" })).toHaveCount(0);
  for (const [name, words, code] of marks) {
    await give(page, name, words);
    await give(page, name, "Tyhjennä merkintä");
    await expect(row(page, name)).toHaveAttribute("data-mark", "none");
    await give(page, name, words);
    await expect(row(page, name)).toHaveAttribute("data-mark", code);
  }
  // One tap marks and takes back; whoever is marked already keeps what was said.
  await row(page, "Yrjö").locator(".roll-row__tap").click();
  await expect(row(page, "Yrjö")).toHaveAttribute("data-mark", "present");
  await page.waitForTimeout(400);
  await row(page, "Yrjö").locator(".roll-row__tap").click();
  await expect(row(page, "Yrjö")).toHaveAttribute("data-mark", "none");
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  for (const [name, , code] of marks) await expect(row(page, name)).toHaveAttribute("data-mark", code);
  await expect(page.locator(".undo-bar")).toContainText("19 merkitty paikalle");
  await page.getByRole("button", { name: "Kumoa" }).click();
  await expect(page.locator('.roll-row[data-mark="none"]')).toHaveCount(19);
  await page.waitForTimeout(400);
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(page.locator('.roll-row[data-mark="none"]')).toHaveCount(0);
  // Present, late and remote took part.
  await expect(page.locator(".roll__counter")).toHaveText("22 / 25 paikalla");
  await accessible(page);
  await picture(page, "roll-25");
  await page.reload();
  await awake(page);
  for (const [name, , code] of marks) await expect(row(page, name)).toHaveAttribute("data-mark", code);
  await close(page);
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const sent = await server.must("export", "--municipality", "091", "--kind", "attendance");
  const ours = sent.split("\n").filter((line) => line.includes(today()));
  const count = (code: string) => ours.filter((line) => line.includes(code)).length;
  expect(Object.fromEntries(marks.map(([, , code]) => [code, count(code)]))).toEqual({
    present: 20, late_or_partial: 1, absent_informed: 1, absent_unknown: 1, paused: 1, remote: 1,
  });
});
