// A person's rights at the desk: who has looked, everything on paper, and erasure after which nobody finds them any more.

import { accessible, demoSignIn, expect, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";

test("who has looked is told in words, everything can be printed, and an erased person is gone", async ({ demo, device }) => {
  const page = await device({ viewport: sizes.desk }).open();
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  const first = page.locator("main .people__name").first();
  const name = (await first.innerText()).trim();
  await first.click();
  await page.getByRole("link", { name: "Tiedot ja oikeudet" }).click();
  await expect(page.getByText("henkilön omat tiedot ja tulokset").first()).toBeVisible();
  await picture(page, "own-rights");
  await accessible(page);
  await targetsAtEveryWidth(page, 44);
  const rights = page.url();
  await page.getByRole("link", { name: "Kaikki tiedot paperille" }).click();
  await expect(page.getByRole("heading", { name: "Perustiedot" })).toBeVisible();
  await picture(page, "own-data");
  await accessible(page);
  await page.goto(rights);

  await page.getByRole("button", { name: "Poista kaikki tiedot" }).click();
  await expect(page.getByText("Valitse, miksi tiedot poistetaan").first()).toBeVisible();
  await accessible(page);
  await page.getByLabel("henkilö on pyytänyt sitä").check();
  await page.getByLabel("Olen tarkistanut").check();
  await page.getByRole("button", { name: "Poista kaikki tiedot" }).click();
  await expect(page.getByRole("heading", { name: "Henkilön kaikki tiedot on poistettu." })).toBeVisible();
  await accessible(page);
  expect((await page.goto(rights))?.status()).toBe(404);
  await page.goto(`${demo.url}/people`);
  await expect(page.locator("main .people__name").first()).not.toHaveText(name);
});
