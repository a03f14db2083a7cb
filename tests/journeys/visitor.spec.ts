// The short registration tells each mistake as what it is, beside its field, and loses nothing that was typed.

import { accessible, expect, picture, sizes, test } from "./support/journey";
import { enter, furnish, openRoll, row } from "./support/hall";

const long = "Maria".repeat(41);
const unseen = "Hel\u{200b}mi";

const words = {
  fi: {
    tooLong: "Lyhennä enintään 200 merkkiin",
    unseen: "Kentässä on merkki, jota ei näy. Tyhjennä kenttä ja kirjoita uudelleen",
    year: "Vuoden on oltava 1900–",
    submit: "Lisää ryhmään",
  },
  sv: {
    tooLong: "Korta till högst 200 tecken",
    unseen: "Fältet innehåller ett tecken som inte syns. Töm fältet och skriv på nytt",
    year: "Året ska vara 1900–",
    submit: "Lägg till i gruppen",
  },
} as const;

for (const [look, shape] of Object.entries({
  tablet: { viewport: sizes.tablet, colorScheme: "light" },
  phone: { viewport: sizes.phone, colorScheme: "dark" },
} as const)) {
  test(`a visitor's name and year that cannot be are told as what they are, on a ${look}`, async ({ server, device }) => {
    await furnish(server);
    const page = await device(shape).open();
    await enter(page, server);
    await openRoll(page);
    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    for (const say of [words.fi, words.sv]) {
      if (say === words.sv) {
        const form = page.url();
        await page.goto(`${server.url}/tablet/device`);
        await page.getByRole("button", { name: "Svenska" }).click();
        await page.goto(form);
      }
      await page.locator("#given").fill(long);
      await page.locator("#family").fill(unseen);
      await page.locator("#birth-year").fill("1800");
      await page.getByRole("button", { name: say.submit }).click();
      await expect(page.locator("#given-wrong")).toHaveText(say.tooLong);
      await expect(page.locator("#family-wrong")).toHaveText(say.unseen);
      await expect(page.locator("#birth-year-wrong")).toContainText(say.year);
      await expect(page.locator("#given")).toBeFocused();
      await expect(page.locator("#given")).toHaveValue(long);
      await expect(page.locator("#family")).toHaveValue(unseen);
      await expect(page.locator("#birth-year")).toHaveValue("1800");
      await accessible(page);
      await picture(page, `visitor-${look}-${say === words.fi ? "fi" : "sv"}`);
    }
    await page.locator("#given").fill("Helvi");
    await page.locator("#family").fill("Uusi");
    await page.locator("#birth-year").fill("1944");
    await page.getByRole("button", { name: words.sv.submit }).click();
    await expect(row(page, "Helvi")).toHaveAttribute("data-mark", "present");
  });
}

test("two taps on one person are one entry that waits", async ({ server, device }) => {
  await furnish(server);
  const page = await device().open();
  await enter(page, server);
  await openRoll(page);
  // The session itself is on the server before it stops.
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja").locator(".sync-mark")).toContainText("palvelimella");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await server.stop();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await page.getByRole("link", { name: "1 merkintä odottaa lähetystä" }).click();
  await expect(page.locator(".row")).toHaveCount(1);
  await expect(page.locator(".row")).toContainText("läsnäolo: Aino");
});

test("what breaks a rule is told as that, with its field, and is not offered for another try", async ({ server, device }) => {
  await furnish(server);
  const page = await device().open();
  await enter(page, server);
  await openRoll(page);
  // A slip of the hand that an address can hold: before the programme's time.
  await page.goto(page.url().replace(/\d{4}-\d\d-\d\d$/, "1985-09-10"));
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").fill("Helvi");
  await page.locator("#birth-year").fill("1944");
  await page.getByRole("button", { name: words.fi.submit }).click();
  await expect(page.getByRole("alert")).toContainText("tiedoissa on virhe. Tarkista ja kirjaa uudelleen. Virhe kohdassa: päivä.");
  await expect(page.getByRole("alert").getByRole("button", { name: "Yritä uudelleen" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await accessible(page);
  await picture(page, "refused-fi");
  await page.getByRole("alert").getByRole("button", { name: "Sulje" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  // What was typed is still there.
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await expect(page.locator("#given")).toHaveValue("Helvi");
});
