// An outdoor friend at the desk: paired, a walk ticked and taken away again, and the end with its reason.

import { accessible, demoSignIn, expect, picture, sizes, test } from "./support/journey";
import { today, written } from "./support/hall";

test("an outdoor friend is paired, a walk is ticked and taken away, and the friendship ends", async ({ demo, device }) => {
  const page = await device({ viewport: sizes.desk }).open();
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  await page.locator("main .people__name").first().click();
  const card = page.locator("#friends");
  const name = card.getByLabel("Ulkoiluystävän koko nimi");
  await card.locator("summary", { hasText: "Lisää ulkoiluystävä" }).click();
  await name.fill("Ville Vapaaehtoinen");
  await card.getByRole("button", { name: "Tallenna ulkoiluystävä" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await expect(name).toHaveValue("Ville Vapaaehtoinen");
  await accessible(page);
  await card.getByLabel("Ulkoiluystävän puhelinnumero").fill("040 123 4567");
  await card.getByRole("button", { name: "Tallenna ulkoiluystävä" }).click();
  const saved = page.getByText("Ulkoiluystävän tiedot on tallennettu.");
  await expect(saved).toBeVisible();

  await card.getByRole("button", { name: "Merkitse ulkoilu" }).click();
  await expect(card).toContainText("Yksi yhteinen ulkoilu.");
  await accessible(page);
  await picture(page, "friend");
  await card.getByRole("button", { name: /^Poista ulkoilu/ }).click();
  await expect(card).toContainText("0 yhteistä ulkoilua.");

  await card.locator("summary", { hasText: "Päätä ulkoiluystävyys" }).click();
  await card.getByRole("button", { name: "Päätä", exact: true }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await card.getByLabel("Viimeinen päivä").fill(written(today()));
  await card.getByLabel("Miksi se päättyy?").selectOption("muutto");
  await card.getByRole("button", { name: "Päätä", exact: true }).click();
  await expect(saved).toBeVisible();
  await expect(card).toContainText("päättyi: muutto");
  await expect(card.getByRole("button", { name: "Merkitse ulkoilu" })).toHaveCount(0);
});
