// Feedback: from the end of any page, without a script or a sign-in; the coordinator answers, and the sender reads it.

import { accessibleInBothLooks, demoSignIn, expect, fits, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";

test("anybody gives feedback without a script, the coordinator answers, and the sender reads the answer", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.phone, javaScriptEnabled: false });
  await page.goto(`${demo.url}/find`);
  await page.getByRole("link", { name: "Palaute", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Anna palautetta");
  await page.getByRole("button", { name: "Lähetä palaute" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await expect(page.getByRole("alert")).toContainText("Valitse, mitä palaute koskee");
  await picture(page, "feedback-wrong");
  await page.getByRole("radio", { name: /^saavutettavuus$/i }).check();
  await page.getByLabel("Palautteesi").fill("Ruudunlukija ei kerro, mikä nappi on valittu.");
  await page.getByRole("textbox", { name: /^Nimesi/ }).fill("Elli Etsijä");
  await picture(page, "feedback-form");
  await page.getByRole("button", { name: "Lähetä palaute" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kiitos, palautteesi on tullut perille");
  expect(await page.context().cookies()).toEqual([]);
  await picture(page, "feedback-sent");
  const address = page.url();

  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(desk, demo, "koordinaattori");
  await desk.goto(`${demo.url}/requests`);
  await desk.getByRole("link", { name: /^Palaute: 2 odottaa/ }).click();
  await picture(desk, "feedback-queue");
  await desk.getByRole("link", { name: /numero 2$/ }).click();
  await expect(desk.getByText("Elli Etsijä")).toBeVisible();
  await picture(desk, "feedback-at-the-desk");
  await desk.getByLabel("Mitä vastaat").fill("Kiitos! Korjasimme napin.");
  await desk.getByRole("button", { name: "Vastaa ja merkitse hoidetuksi" }).click();
  await expect(desk.getByText("Vastaus on tallennettu.")).toBeVisible();

  await page.goto(address);
  await expect(page.getByText("Kiitos! Korjasimme napin.")).toBeVisible();
  await picture(page, "feedback-answered");
});

test("the form for feedback and its thanks are large, fit and pass axe in three languages", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.phone });
  await page.goto(`${demo.url}/feedback`);
  const look = async (name: string) => {
    for (const language of ["sv", "en", "fi"]) {
      await page.locator(`button[name=lang][value=${language}]`).click();
      await accessibleInBothLooks(page);
      await fits(page);
    }
    await targetsAtEveryWidth(page, 64);
    for (const width of [320, 820]) {
      await page.setViewportSize({ width, height: 1000 });
      await picture(page, `${name}-${width}`);
    }
    await page.setViewportSize(sizes.phone);
  };
  await look("feedback-form");
  const send = page.getByRole("button", { name: "Lähetä palaute" });
  expect((await send.boundingBox())!.height).toBeGreaterThanOrEqual(72);
  await page.getByLabel("Palautteesi").fill("Hyvä ryhmä.");
  await page.getByRole("radio", { name: /^muu asia$/i }).check();
  await send.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Kiitos/);
  await look("feedback-sent");
});
