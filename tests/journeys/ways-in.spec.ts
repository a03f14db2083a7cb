// Ways into the programme: a public form or a referral becomes a decision, a wait, an offer and a place.

import type { Page } from "@playwright/test";
import { accessible, demoSignIn, expect, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";

/** Fills in the public form that is open, and sends it. */
async function apply(page: Page, [given, family, year]: [string, string, string]): Promise<void> {
  await page.getByLabel("Etunimi").fill(given);
  await page.getByLabel("Sukunimi").fill(family);
  await page.getByLabel("Syntymävuosi").fill(year);
  await page.getByLabel("Puhelinnumero, johon voimme soittaa").fill("050 123 9876");
  await page.getByRole("button", { name: "Lähetä hakemus" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kiitos, hakemus on lähetetty");
}

test("an older person applies by the public form, waits, is offered a place and joins", async ({ demo, browse }) => {
  const family = "Journeylä";
  const page = await browse({ viewport: sizes.desk });
  await test.step("the form is short and says what happens next, without a script", async () => {
    const own = await browse({ viewport: sizes.phone, javaScriptEnabled: false });
    await own.goto(`${demo.url}/apply`);
    await expect(own.getByRole("heading", { level: 1 })).toHaveText("Hae mukaan liikuntaryhmään");
    // Whoever would rather write prints it.
    await own.emulateMedia({ media: "print" });
    await expect(own.getByLabel("Etunimi")).toBeVisible();
    await expect(own.getByRole("button", { name: "Lähetä hakemus" })).toBeHidden();
    await printed(own, "apply");
    await own.emulateMedia({ media: "screen" });
    // What looks at a page is a script itself.
    const looker = await browse({ viewport: sizes.phone });
    await looker.goto(`${demo.url}/apply`);
    await accessible(looker);
    await targetsAtEveryWidth(looker, 64);
    await looker.getByRole("button", { name: "Lähetä hakemus" }).click();
    await accessible(looker);
    await own.getByRole("button", { name: "Lähetä hakemus" }).click();
    await expect(own.getByText("Kirjoita etunimi").first()).toBeVisible();
    await apply(own, ["Anna-Liisa", family, "1940"]);
    await looker.goto(own.url());
    await accessible(looker);
  });

  await demoSignIn(page, demo, "koordinaattori");
  await test.step("the coordinator takes it up and completes it on the telephone", async () => {
    await page.goto(`${demo.url}/applications`);
    await accessible(page);
    const row = page.getByRole("row", { name: new RegExp(family) });
    await row.getByRole("link", { name: "Ota käsittelyyn" }).click();
    await expect(page.getByLabel("Sukunimi")).toHaveValue(family);
    await page.getByText("Lisää kysymyksiä, nyt tai myöhemmin").click();
    await accessible(page);
    await page.getByRole("radio", { name: "omassa kodissa" }).check();
    await page.getByLabel("Voima- ja tasapainoharjoittelu, päivää viikossa").fill("0");
    await page.getByLabel("Yhteyshenkilö hätätilanteessa").fill("Poika Petri 050 222 1111");
    await page.getByRole("button", { name: "Tallenna hakemus" }).click();
    await expect(page.getByText("Hakemus on tallennettu.")).toBeVisible();
    await expect(page.getByText("Kuuluu kohderyhmään")).toBeVisible();
    await accessible(page);
  });

  await test.step("a decision needs its reason", async () => {
    await page.getByRole("radio", { name: "jonotuslistalla" }).check();
    await page.getByRole("button", { name: "Tallenna päätös" }).click();
    await expect(page.getByText("Kirjoita perustelu").first()).toBeVisible();
    await accessible(page);
    await page.getByLabel("Perustelu").fill("Ryhmät ovat täynnä.");
    await page.getByRole("button", { name: "Tallenna päätös" }).click();
    await expect(page.getByText("Päätös on tallennettu.")).toBeVisible();
  });

  await test.step("a place is offered and taken", async () => {
    await choose(page, "Tarjottava ryhmä");
    await press(page, "Tarjoa paikkaa", "Tarjous on kirjattu. Soita hakijalle.");
    await accessible(page);
    await press(page, "Otti paikan vastaan", "Vastaus on kirjattu.");
    await page.getByRole("link", { name: "Avaa osallistuja" }).click();
    await expect(page.locator("#groups")).not.toContainText("Ei ole missään ryhmässä");
    await expect(page.locator("#applications")).toContainText("hyväksytty");
    await accessible(page);
  });
});

test("a hand that clicks twice at the desk removes one form, not the one that moves under it", async ({ demo, browse }) => {
  const own = await browse({ viewport: sizes.phone });
  for (const family of ["Kaksoisla", "Seuraavala"]) {
    await own.goto(`${demo.url}/apply`);
    await apply(own, ["Aili", family, "1941"]);
  }
  // As high a screen as shows the whole list: nothing scrolls.
  const page = await browse({ viewport: { width: 1440, height: 2400 } });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/applications`);
  const forms = page.getByRole("region", { name: "Uudet verkkolomakkeelta" }).getByRole("button", { name: "Poista" });
  const before = await forms.count();
  // A hand comes when the page has settled.
  await forms.last().hover();
  const place = await forms.last().boundingBox();
  const [x, y] = [(place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2];
  await page.mouse.click(x, y);
  await page.waitForTimeout(200);
  await page.mouse.click(x, y);
  await expect(page.getByText("Lomake on poistettu.")).toBeVisible();
  // What the page says of the first click has moved the row above to where the second one fell.
  const there = () => page.evaluate(([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.closest("button")?.textContent, [x, y]);
  await expect.poll(there).toBe("Poista");
  await page.goto(`${demo.url}/applications`);
  await expect(forms).toHaveCount(before - 1);
});

/** The first real choice of a select. */
async function choose(page: Page, label: string): Promise<void> {
  await page.getByLabel(label).selectOption({ index: 1 });
}

/** Presses it, and once more where it is first said that the group is full, or its last place offered. */
async function press(page: Page, button: string, told: string): Promise<void> {
  const asked = page.getByText(/Ryhmä on täynnä|on jo tarjottu/);
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByText(told).or(asked).first()).toBeVisible();
  if (await asked.first().isVisible()) await page.getByRole("button", { name: button }).click();
  await expect(page.getByText(told)).toBeVisible();
}
