// The municipality's public texts: from the end of any page, without a script, in three languages; and the admin who
// writes one, looks at it and publishes it.

import { accessibleInBothLooks, demoSignIn, expect, fits, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";

test("the privacy notice, the accessibility statement and where there is help are read by anybody, large and in three languages", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.phone });
  for (const [link, heading] of [["Tietosuoja", "Tietosuojaseloste"], ["Saavutettavuus", "Saavutettavuusseloste"], ["", "Apua ja juttuseuraa"]]) {
    await page.goto(`${demo.url}${link === "" ? "/support" : "/find"}`);
    if (link !== "") await page.getByRole("link", { name: link, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    for (const language of ["sv", "en", "fi"]) {
      await page.locator(`button[name=lang][value=${language}]`).click();
      await accessibleInBothLooks(page);
      await fits(page);
    }
    await targetsAtEveryWidth(page, 64);
    await picture(page, `statement-${heading}`);
    await page.setViewportSize({ width: 820, height: 1100 });
    await picture(page, `statement-${heading}-820`);
    await page.setViewportSize(sizes.phone);
  }
});

test("the admin writes a text, looks at it and publishes it without a script", async ({ demo, browse }) => {
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(desk, demo, "paakayttaja");
  await desk.getByRole("link", { name: "Julkiset tekstit" }).first().click();
  await picture(desk, "statements");
  await desk.getByRole("link", { name: /^Tietosuojaseloste: Suomi/ }).click();
  await desk.getByLabel("Teksti", { exact: true }).fill("# Meidän otsikkomme\nOma kappale.\n- kohta");
  await desk.getByRole("button", { name: "Esikatsele" }).click();
  await expect(desk.getByRole("heading", { name: "Meidän otsikkomme" })).toBeVisible();
  await picture(desk, "statement-preview");
  await desk.getByRole("button", { name: "Julkaise teksti" }).click();
  await expect(desk.getByText("Teksti on julkaistu.")).toBeVisible();
  await desk.getByRole("link", { name: "Katso julkaistu teksti" }).click();
  await expect(desk.getByText("Oma kappale.")).toBeVisible();
});
