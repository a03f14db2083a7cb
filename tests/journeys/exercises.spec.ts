// Exercises for home, as anybody opens them, without a script: the list, one exercise, and a programme on paper.

import { brotliCompressSync } from "node:zlib";
import { accessibleInBothLooks, expect, picture, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";

const LEAST = 64;

test("exercises are chosen on a phone and printed as a programme of one's own", async ({ demo, browse }) => {
  const phone = await browse({ viewport: sizes.phone, javaScriptEnabled: false });
  await phone.goto(`${demo.url}/find`);
  await phone.getByRole("link", { name: "Kotiharjoitteet" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Kotiharjoitteet");
  await picture(phone, "exercises");
  await phone.getByRole("button", { name: "Tee tulostettava ohjelma" }).click();
  await expect(phone.getByText("Valitse ensin ainakin yksi liike.")).toBeVisible();
  for (const name of ["Tuolilta nousu", "Varpaille nousu", "Seisonta yhdellä jalalla", "Reipas kävely"]) {
    await phone.getByRole("checkbox", { name }).check();
  }
  await phone.getByRole("button", { name: "Tee tulostettava ohjelma" }).click();
  await expect(phone.locator(".exercises__one")).toHaveCount(4);
  await picture(phone, "exercises-sheet");
  await printed(phone, "exercises");
  await phone.getByRole("link", { name: "Valitse toiset liikkeet" }).click();
  await phone.getByRole("link", { name: "Näytä liike: Kahdeksikko" }).click();
  await expect(phone.locator(".exercise__steps > li")).toHaveCount(2);
  await picture(phone, "exercises-one");
});

test("the pages of exercises are for everybody: every language, width and light, and light to carry", async ({ demo, browse }) => {
  test.setTimeout(120_000);
  const page = await browse({ viewport: sizes.desk });
  for (const path of ["/exercises", "/exercises/single_leg_stand", "/exercises/sheet?e=march&e=walk"]) {
    const answer = await page.goto(demo.url + path, { waitUntil: "load" });
    expect(answer?.status()).toBe(200);
    for (const language of ["sv", "en", "fi"]) {
      await page.locator(`button[name=lang][value=${language}]`).click();
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await accessibleInBothLooks(page);
    }
    await picture(page, `exercises-desk${path.replaceAll(/[/?=&]/g, "-")}`);
    await targetsAtEveryWidth(page, LEAST);
  }
  // As a proxy sends it: the pictures are most of it.
  const size = brotliCompressSync(await (await page.request.get(`${demo.url}/exercises`)).body()).length;
  expect(size).toBeLessThan(60_000);
});
