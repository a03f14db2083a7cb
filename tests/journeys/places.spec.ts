// Places in which groups meet, and the month of all groups, at the desk without script.

import { accessible, demoSignIn, expect, fits, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";

const plain = { viewport: sizes.desk, javaScriptEnabled: false };

test("a place is made of what a group says, and the group and the public page tell how to get there, without script", async ({ demo, browse }) => {
  const page = await browse(plain);
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/groups`);
  await page.getByRole("link", { name: "Kuntosalista voimaa" }).first().click();
  const group = page.url();
  await page.getByRole("link", { name: "Lisää tämä paikkaluetteloon" }).click();
  await expect(page.getByLabel("Paikan nimi")).toHaveValue("Uimahallin kuntosali");
  await page.getByLabel("Katuosoite").fill("Uimahallinkatu 2");
  await page.getByLabel("Miten perille pääsee").fill("Bussi 4, pysäkki Uimahalli");
  await page.getByLabel("Paikan puhelin").fill("12");
  await page.getByRole("button", { name: "Lisää paikka" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await page.getByLabel("Paikan puhelin").fill("050 000 4004");
  await page.getByLabel("Defibrillaattori").fill("Kassan vieressä");
  await page.locator("input[name=step_free][value=yes]").check({ force: true });
  await page.getByRole("button", { name: "Lisää paikka" }).click();
  await expect(page.getByText("Paikan tiedot on tallennettu.")).toBeVisible();
  await expect(page.getByRole("link", { name: /Kuntosalista voimaa/ })).toBeVisible();
  await picture(page, "place");
  await page.goto(group);
  await expect(page.getByText("Uimahallin kuntosali, Uimahallinkatu 2").first()).toBeVisible();
  await expect(page.getByText("Kassan vieressä")).toBeVisible();
  await page.goto(`${demo.url}/find`);
  await expect(page.getByText("Bussi 4, pysäkki Uimahalli").first()).toBeVisible();
  await picture(page, "place-find");
});

test("places and the month fit every width, pass axe, and lead from month to month", async ({ demo, browse }) => {
  test.setTimeout(300_000);
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/places`);
  const place = await page.locator("tbody a").first().getAttribute("href");
  for (const [name, path] of Object.entries({
    places: "/places", place: place ?? "", "place-new": "/places/new", "place-edit": `${place}/edit`, month: "/month",
    "group-new": "/groups/new",
  })) {
    await page.goto(demo.url + path);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await fits(page);
      await picture(page, `${name}-${size}`);
    }
    await targetsAtEveryWidth(page, 44);
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page);
    await picture(page, `${name}-dark`);
    await page.emulateMedia({ colorScheme: "light", media: "print" });
    await picture(page, `${name}-print`);
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize(sizes.desk);
  }
  await page.goto(`${demo.url}/month`);
  await page.getByRole("link", { name: "Seuraava kuukausi" }).click();
  await expect(page).toHaveURL(/\/month\?from=/);
  await page.getByRole("link", { name: "Edellinen kuukausi" }).click();
  await expect(page.locator("[aria-current=date]")).toHaveCount(1);
});
