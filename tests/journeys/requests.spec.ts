// The rights of those who take part, without a script: a correction is asked on the own page, waits in the coordinator's
// queue, is answered, and the answer is read on the own page; a consent is taken back after its consequence was told.

import type { Page } from "@playwright/test";
import { accessible, demoSignIn, expect, fits, picture, printed, sizes, targetsAtEveryWidth, test, typeDemoCard } from "./support/journey";

/** As it stands in every look: light and dark, from a small phone to a wide screen, with the text twice as large. */
async function inEveryLook(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await accessible(page);
    await picture(page, `${name}-${colorScheme}`);
  }
  const before = page.viewportSize();
  for (const width of [320, 390, 820, 1440]) {
    await page.setViewportSize({ width, height: 1000 });
    await fits(page);
    await picture(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 640, height: 1000 });
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  await fits(page);
  await picture(page, `${name}-large`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
  if (before) await page.setViewportSize(before);
}

test("a correction asked on the own page without a script waits in the queue, is answered, and is read there", async ({ demo, device }) => {
  test.setTimeout(240_000);
  const phone = await device({ viewport: sizes.phone, javaScriptEnabled: false }).open();
  await phone.goto(`${demo.url}/k`);
  await typeDemoCard(phone);
  await phone.getByRole("link", { name: "Omat tietoni" }).click();
  await phone.getByRole("link", { name: "Pyydä korjausta" }).click();
  await phone.getByRole("button", { name: "Lähetä pyyntö" }).click();
  await expect(phone).toHaveTitle(/^Virhe:/);
  await picture(phone, "own-ask-error");
  await phone.getByLabel("Yhteystiedot", { exact: true }).check();
  await phone.getByLabel("Mitä pitää korjata?").fill("Puhelinnumeroni on vanha. Uusi on 040 123 4567.");
  await phone.getByRole("button", { name: "Lähetä pyyntö" }).click();
  await expect(phone.getByText("Kiitos, saimme pyyntösi.")).toBeVisible();
  await expect(phone.getByText("Puhelinnumeroni on vanha.")).toBeVisible();
  await picture(phone, "own-asked");

  const desk = await device({ viewport: sizes.desk, javaScriptEnabled: false }).open();
  await demoSignIn(desk, demo, "koordinaattori");
  await expect(desk.getByText("oikeuspyyntö", { exact: false }).first()).toBeVisible();
  await desk.getByRole("link", { name: "Avaa oikeuspyynnöt" }).click();
  await picture(desk, "requests-queue");
  await desk.getByRole("link", { name: "tietojen korjaaminen" }).last().click();
  await expect(desk.getByText("Puhelinnumeroni on vanha.")).toBeVisible();
  await expect(desk.getByRole("link", { name: "Muokkaa tietoja" })).toBeVisible();
  await picture(desk, "request");
  await desk.getByLabel("Mitä vastaat henkilölle").fill("Korjasimme numerosi. Kiitos, että kerroit.");
  await desk.getByRole("button", { name: "Vastaa ja merkitse hoidetuksi" }).click();
  await expect(desk.getByText("Vastaus on tallennettu.")).toBeVisible();
  await picture(desk, "request-answered");

  await phone.goto(`${demo.url}/own/rights`);
  await expect(phone.getByText("Korjasimme numerosi. Kiitos, että kerroit.")).toBeVisible();
  await picture(phone, "own-answered");
  await phone.getByRole("link", { name: /^Peru suostumus: toimintakyvyn testit/ }).click();
  await expect(phone.getByText("Sinulle ei tehdä enää testejä.")).toBeVisible();
  await picture(phone, "own-withdraw");
  await phone.getByRole("button", { name: "Peru suostumus" }).click();
  await expect(phone.getByText("Suostumus on peruttu.")).toBeVisible();
  // What nobody has answered yet is taken back by one press, and the desk is told.
  await phone.getByRole("link", { name: "Lopeta osallistuminen" }).click();
  await phone.getByRole("button", { name: "Lähetä pyyntö" }).click();
  await phone.getByRole("button", { name: "Peru pyyntö: osallistumisen lopettaminen" }).click();
  await expect(phone.getByText("Pyyntö on peruttu.")).toBeVisible();
  await expect(phone.getByRole("link", { name: "Pyydä uudelleen: osallistumisen lopettaminen" })).toBeVisible();
  await picture(phone, "own-taken-back");
  await desk.goto(`${demo.url}/requests`);
  await expect(desk.getByRole("heading", { name: "Viimeksi perutut" })).toBeVisible();
  await picture(desk, "requests-taken-back");
});

test("the pages of rights pass axe and fit at every width, at twice the text and on paper", async ({ demo, device }) => {
  test.setTimeout(420_000);
  const page = await device({ viewport: sizes.phone }).open();
  await page.goto(`${demo.url}/k`);
  await typeDemoCard(page);
  for (const path of ["/own/rights", "/own/rights/ask?kind=correction", "/own/rights/withdraw?purpose=health_tests", "/own/data"]) {
    await page.goto(demo.url + path);
    expect(new URL(page.url()).pathname).toBe(path.split("?")[0]);
    await inEveryLook(page, `rights${path.split("?")[0].replaceAll("/", "-")}`);
    await targetsAtEveryWidth(page, 64);
  }
  await printed(page, "own-data");
  await page.emulateMedia({ media: "print" });
  await picture(page, "own-data-paper");

  const desk = await device({ viewport: sizes.desk }).open();
  await demoSignIn(desk, demo, "koordinaattori");
  await desk.goto(`${demo.url}/people`);
  await desk.locator("main .people__name").first().click();
  await desk.getByRole("link", { name: "Tiedot ja oikeudet" }).click();
  await desk.getByRole("link", { name: "Kirjaa pyyntö" }).click();
  await inEveryLook(desk, "request-form");
  await desk.getByLabel("tietojen poistaminen").check();
  await desk.getByLabel("Milloin pyyntö tuli").fill("1.1.2026");
  await desk.getByRole("button", { name: "Kirjaa pyyntö" }).click();
  await expect(desk.getByText(/^Myöhässä/).first()).toBeVisible();
  await inEveryLook(desk, "request-late");
  await targetsAtEveryWidth(desk, 44);
  await desk.goto(`${demo.url}/requests`);
  await inEveryLook(desk, "requests");
  await targetsAtEveryWidth(desk, 44);
});
