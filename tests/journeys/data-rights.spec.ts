// What a person may ask for, and who watches over it: a restriction set and lifted, and the log that tells of it.

import type { Page } from "@playwright/test";
import { accessible, demoSignIn, expect, fits, picture, sizes, targets, test } from "./support/journey";

/** A picture and axe at every width, dark too, and with text twice as large. */
async function looks(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries({ wide: { width: 1440, height: 900 }, middle: { width: 820, height: 1180 }, phone: { width: 390, height: 844 } })) {
    await page.setViewportSize(viewport);
    await fits(page);
    await picture(page, `${name}-${size}`);
  }
  await targets(page, 44);
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page);
  await picture(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 720, height: 900 });
  await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  await fits(page);
  await picture(page, `${name}-large`);
  await page.setViewportSize(sizes.desk);
}

test("a coordinator restricts somebody's data, finds them in their own list alone, and lifts it; the auditor reads of it", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  const link = page.locator(".people__name").first();
  const [name, address] = [await link.innerText(), await link.getAttribute("href")];
  await page.goto(`${demo.url}${address}/rights`);
  await looks(page, "rights");
  await page.goto(`${demo.url}${address}/rights`);
  await page.getByRole("button", { name: "Rajoita käsittelyä" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await accessible(page);
  await page.getByRole("radio", { name: "henkilö pitää tietoja virheellisinä" }).check();
  await page.getByRole("button", { name: "Rajoita käsittelyä" }).click();
  await expect(page.getByText("tietojen käsittely on rajoitettu")).toBeVisible();
  await looks(page, "rights-restricted");
  await page.goto(`${demo.url}/people`);
  await expect(page.locator(".people__name", { hasText: name })).toHaveCount(0);
  await page.getByRole("link", { name: "Rajoitettu käsittely" }).click();
  await expect(page.getByRole("link", { name })).toBeVisible();
  await looks(page, "restricted-list");
  await page.goto(`${demo.url}${address}/rights`);
  await page.getByRole("radio", { name: "asia on ratkaistu" }).check();
  await page.getByRole("button", { name: "Poista rajoitus" }).click();
  await expect(page.getByText("poisti rajoituksen")).toBeVisible();

  const auditor = await browse({ viewport: sizes.desk });
  await demoSignIn(auditor, demo, "tarkastaja");
  await auditor.getByRole("link", { name: "Avaa käyttöloki" }).click();
  await expect(auditor.getByText("Poisti tietojen käsittelyn rajoituksen")).toBeVisible();
  await expect(auditor.getByText(name)).toHaveCount(0);
  await looks(auditor, "log");
  await auditor.goto(`${demo.url}/log`);
  await auditor.getByLabel("Mitä").selectOption({ label: "Katselut" });
  await auditor.getByRole("button", { name: "Näytä", exact: true }).click();
  await expect(auditor).toHaveURL(/kind=look/);
  await expect(auditor.locator("tbody tr").first()).toContainText(/Katsoi/);
  await auditor.getByLabel("Osallistujan tunnus").fill("ei ole");
  await auditor.getByRole("button", { name: "Näytä", exact: true }).click();
  await expect(auditor).toHaveTitle(/^Virhe:/);
  await accessible(auditor);
  for (const language of ["sv", "en"]) {
    await auditor.locator(`button[name=lang][value=${language}]`).first().click();
    await auditor.goto(`${demo.url}/log`);
    await picture(auditor, `log-${language}`);
  }
});
