// A tablet whose clock is wrong: it says so also without network, and nobody is marked present on a day to come by
// mistake.

import { accessible, expect, picture, targets, test, type Virea } from "./support/journey";
import { awake, day, enter, furnish, openRoll, row, untilNext } from "./support/hall";
import type { Page } from "@playwright/test";

const dayLong = 86_400_000;

/** The roll of the group's next session. */
async function rollInAWeek(server: Virea, browse: () => Promise<Page>): Promise<Page> {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.goto(page.url().replace(/[^/]+$/, day(untilNext())));
  await awake(page);
  return page;
}

for (const [name, back, told] of [
  ["ten years", 3_653 * dayLong, /kello näyttää olevan väärässä \(−\d[\d\s]* päivää\)/],
  ["a day", dayLong + 60_000, /kello näyttää olevan väärässä \(−24 tuntia\)/],
] as const) {
  test(`a clock that is ${name} behind is told without network, at once`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse();
    await enter(page, server);
    await server.stop();
    await page.clock.setFixedTime(Date.now() - back);
    await page.reload();
    await expect(page.getByRole("status").filter({ hasText: told })).toBeVisible();
    await accessible(page);
    await picture(page, `tablet-clock-${name.replace(" ", "-")}`);
    // Put right again, nothing is said.
    await page.clock.setFixedTime(Date.now());
    await page.reload();
    await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
    await expect(page.getByText("kello näyttää olevan väärässä")).toHaveCount(0);
  });
}

test("whoever marks a person present on a day to come is asked first, once", async ({ server, browse }) => {
  const page = await rollInAWeek(server, browse);
  const [aino, eila] = [row(page, "Aino"), row(page, "Eila")];
  const asked = page.getByRole("dialog", { name: "Kerta on vasta tulossa" });

  // An absence can be told beforehand.
  await eila.locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(eila).toHaveAttribute("data-mark", "absent_informed");

  await aino.locator(".roll-row__tap").click();
  await expect(asked).toBeVisible();
  await accessible(page);
  await targets(page, 56);
  await picture(page, "tablet-ahead");
  await asked.getByRole("button", { name: "Älä merkitse" }).click();
  await expect(aino).toHaveAttribute("data-mark", "none");
  for (const way of ["Kaikki paikalla", "Päätä kerta"]) {
    await page.getByRole("button", { name: way }).click();
    if (way === "Päätä kerta") await page.getByRole("button", { name: "Kerta pidettiin" }).click();
    await expect(asked).toBeVisible();
    await asked.getByRole("button", { name: "Sulje" }).click();
  }
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await expect(page.locator(".roll__counter")).toHaveText(/^0 \//);

  await aino.locator(".roll-row__tap").click();
  await asked.getByRole("button", { name: "Merkitse silti" }).click();
  await expect(aino).toHaveAttribute("data-mark", "present");
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "present");
  await expect(asked).toHaveCount(0);
});

test("a visitor is not written into a session to come by mistake", async ({ server, browse }) => {
  const page = await rollInAWeek(server, browse);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.getByLabel("Etunimi tai kutsumanimi").fill("Helvi");
  await page.getByLabel("Syntymävuosi").fill("1944");
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  const asked = page.getByRole("dialog", { name: "Kerta on vasta tulossa" });
  await asked.getByRole("button", { name: "Älä merkitse" }).click();
  await expect(page.getByLabel("Etunimi tai kutsumanimi")).toHaveValue("Helvi");
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await asked.getByRole("button", { name: "Merkitse silti" }).click();
  await expect(row(page, "Helvi")).toHaveAttribute("data-mark", "present");
});
