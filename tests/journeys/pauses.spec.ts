// Agreed pauses and calls on the tablet, without network: on the roll, on the card, and afterwards at the desk.

import { accessible, enterAs, expect, looked, picture, sizes, test } from "./support/journey";
import { day, enter, furnish, group, openCard, openRoll, row, today, written } from "./support/hall";

for (const [name, shape] of Object.entries({
  upright: { viewport: sizes.tablet, colorScheme: "light" },
  phone: { viewport: sizes.phone, colorScheme: "dark" },
} as const)) {
  test(`who begins a pause without network is not asked after in the hall, and is back by one tap, ${name}`, async ({ server, browse }) => {
    test.setTimeout(120_000);
    await furnish(server);
    const page = await browse(shape);
    await enter(page, server);
    await openRoll(page);
    await server.stop();
    await openCard(page, "Irja", "pauses");
    await page.locator("#pauses").getByRole("link", { name: "Kirjaa tauko" }).click();
    await page.getByRole("button", { name: "Tallenna tauko" }).click();
    await expect(page.locator("#pause-reason")).toContainText("Valitse");
    await page.locator("#pause-reason .choice", { hasText: "matka" }).click();
    await page.locator("#pause-to").fill(day(-1));
    await page.getByRole("button", { name: "Tallenna tauko" }).click();
    await expect(page.locator("#pause-to-wrong")).toContainText("Viimeinen päivä ei voi olla ennen ensimmäistä");
    await page.locator("#pause-from").fill(day(-3));
    await page.locator("#pause-to").fill(day(7));
    await looked(page, `pause-${name}`);
    await page.getByRole("button", { name: "Tallenna tauko" }).click();
    await expect(page.locator("#pauses")).toContainText("matka");
    await looked(page, `pause-${name}-card`);
    await page.getByRole("button", { name: "Takaisin" }).click();
    await expect(row(page, "Irja")).toContainText(`tauolla ${written(day(7))} asti`);
    await page.getByRole("button", { name: "Kaikki paikalla" }).click();
    await expect(page.locator(".roll__counter")).toHaveText("17 / 18 paikalla");
    await expect(row(page, "Irja")).toHaveAttribute("data-mark", "none");
    await picture(page, `pause-${name}-roll`);
    await page.getByRole("button", { name: "Päätä kerta" }).click();
    const sheet = page.getByRole("dialog");
    await expect(sheet).toContainText("Kaikki on merkitty.");
    await expect(sheet).toContainText("Tauolla: Irja");
    await accessible(page);
    await sheet.getByRole("button", { name: "Päätä kerta" }).click();
    await page.getByRole("link", { name: new RegExp(group) }).first().click();
    await expect(row(page, "Irja")).toHaveAttribute("data-mark", "paused");
    // Back again: the pause has ended the day before.
    await openCard(page, "Irja", "pauses");
    await page.locator("#pauses").getByRole("button", { name: "Palasi tauolta" }).click();
    await expect(page.locator("#pauses")).toContainText(`–${written(day(-1))}`);
    await expect(page.locator("#pauses").getByRole("button")).toHaveCount(0);
    await page.getByRole("button", { name: "Takaisin" }).click();
    await expect(row(page, "Irja")).not.toContainText("asti");
    await server.start();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeAttached();
    const marks = await server.must("export", "--municipality", "091", "--kind", "attendance", "--from", today(), "--to", today());
    expect(marks).toMatch(/P10,paused/);
  });
}

test("a call is ticked off by one tap, and how it went is noted without network and stands at the desk", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await row(page, "Kerttu").locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ei ilmoitusta" }).click();
  await page.getByRole("button", { name: "Kaikki paikalla" }).click();
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Päätä kerta" }).click();
  const call = page.locator(".calls__one");
  await expect(call).toContainText("Kerttu Mäkelä");
  await call.getByRole("button", { name: "Soitettu" }).click();
  await expect(call).toHaveAttribute("data-done", "true");
  await call.getByRole("link", { name: "Kirjaa, miten kävi" }).click();
  await page.getByRole("button", { name: "Tallenna yhteydenotto" }).click();
  await expect(page.locator("#contact-outcome")).toContainText("Valitse");
  await page.locator("#contact-outcome .choice", { hasText: /^ei tavoitettu$/ }).click();
  await page.locator("#contact-next").fill(day(2));
  await page.locator("#contact-note").fill("Soitetaan iltapäivällä.");
  await looked(page, "contact-phone");
  await page.getByRole("button", { name: "Tallenna yhteydenotto" }).click();
  await expect(call).toHaveAttribute("data-done", "true");
  await page.getByRole("link", { name: new RegExp(group) }).first().click();
  await openCard(page, "Kerttu", "pauses");
  await expect(page.locator("#contacts")).toContainText("puhelin, ei tavoitettu");
  await expect(page.locator("#contacts")).toContainText(`Seuraava ${written(day(2))}`);
  await looked(page, "contact-phone-card");
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeAttached();
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await desk.locator(".people__name", { hasText: "Kerttu" }).click();
  await expect(desk.locator("main")).toContainText("puhelin, ei tavoitettu");
  await expect(desk.locator("main")).toContainText("Soitetaan iltapäivällä.");
});
