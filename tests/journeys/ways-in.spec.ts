// Ways into the programme: a public form or a referral becomes a decision, a wait, an offer and a place.

import type { Page } from "@playwright/test";
import { accessible, demoSignIn, expect, sizes, test } from "./support/journey";

test("an older person applies by the public form, waits, is offered a place and joins", async ({ demo, device }) => {
  // A demonstration is made first, and eight pages are gone through by axe.
  test.setTimeout(240_000);
  const family = "Journeylä";
  const page = await device({ viewport: sizes.desk }).open();
  await test.step("the form is short, and says what happens next", async () => {
    const own = await device({ viewport: sizes.phone }).open();
    await own.goto(`${demo.url}/apply`);
    await expect(own.getByRole("heading", { level: 1 })).toHaveText("Hae mukaan liikuntaryhmään");
    await accessible(own);
    await own.getByRole("button", { name: "Lähetä hakemus" }).click();
    await expect(own.getByText("Kirjoita etunimi").first()).toBeVisible();
    await accessible(own);
    await own.getByLabel("Etunimi").fill("Anna-Liisa");
    await own.getByLabel("Sukunimi").fill(family);
    await own.getByLabel("Syntymävuosi").fill("1940");
    await own.getByLabel("Puhelinnumero, josta hänet tavoittaa").fill("050 123 9876");
    await own.getByRole("button", { name: "Lähetä hakemus" }).click();
    await expect(own.getByRole("heading", { level: 1 })).toHaveText("Kiitos, hakemus on lähetetty");
    await accessible(own);
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
    await page.getByText("omassa kodissa").click();
    await page.getByLabel("Voima- ja tasapainoharjoittelu, päivää viikossa").fill("0");
    await page.getByLabel("Yhteyshenkilö hätätilanteessa").fill("Poika Petri 050 222 1111");
    await page.getByRole("button", { name: "Tallenna hakemus" }).click();
    await expect(page.getByText("Hakemus on tallennettu.")).toBeVisible();
    await expect(page.getByText("Kuuluu kohderyhmään")).toBeVisible();
    await accessible(page);
  });

  await test.step("a decision needs its reason", async () => {
    await page.getByText("jonotuslistalla", { exact: true }).click();
    await page.getByRole("button", { name: "Tallenna päätös" }).click();
    await expect(page.getByText("Kirjoita perustelu").first()).toBeVisible();
    await accessible(page);
    await page.getByLabel("Perustelu").fill("Ryhmät ovat täynnä.");
    await page.getByRole("button", { name: "Tallenna päätös" }).click();
    await expect(page.getByText("Päätös on tallennettu.")).toBeVisible();
  });

  await test.step("a place is offered and taken", async () => {
    await choose(page, "Tarjottava ryhmä");
    await page.getByRole("button", { name: "Tarjoa paikkaa" }).click();
    if (await page.getByText(/täynnä/).first().isVisible().catch(() => false)) await page.getByRole("button", { name: "Tarjoa paikkaa" }).click();
    await expect(page.getByText("Tarjous on kirjattu. Soita hakijalle.")).toBeVisible();
    await accessible(page);
    await page.getByRole("button", { name: "Otti paikan vastaan" }).click();
    if (await page.getByText(/Ryhmä on täynnä/).first().isVisible().catch(() => false)) await page.getByRole("button", { name: "Otti paikan vastaan" }).click();
    await expect(page.getByText("Vastaus on kirjattu.")).toBeVisible();
    await page.getByRole("link", { name: "Avaa osallistuja" }).click();
    await expect(page.locator("#groups")).not.toContainText("Ei ole missään ryhmässä");
    await expect(page.locator("#applications")).toContainText("hyväksytty");
    await accessible(page);
  });
});

/** The first real choice of a select. */
async function choose(page: Page, label: string): Promise<void> {
  await page.getByLabel(label).selectOption({ index: 1 });
}
