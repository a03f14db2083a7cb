// The results card that a person takes home: one page of paper in each language, complete without a script.

import { accessibleInBothLooks, demoSignIn, expect, pagesOf, picture, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";

const told = {
  fi: ["Omat tulokset", "Miten tästä jatketaan?"],
  sv: ["Mina resultat", "Hur går vi vidare?"],
  en: ["My results", "What next?"],
};

test("a results card fits on one page in three languages, says what to do next, and needs no script", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(page, demo, "koordinaattori");
  // Whoever waits for a measurement has been measured before, or is measured for the first time: both have cards.
  await page.goto(`${demo.url}/groups`);
  await page.locator("main table a").first().click();
  const people = await page.locator("main .rows a.row").evaluateAll((rows) => rows.map((row) => (row as HTMLAnchorElement).href));
  let drawn = 0;
  for (const person of people.slice(0, 6)) {
    for (const [language, words] of Object.entries(told)) {
      await page.goto(`${person}/card?language=${language}`);
      const card = page.locator("article.results-card");
      await expect(card).toHaveAttribute("lang", language);
      for (const word of words) await expect(card).toContainText(word);
      drawn += await card.locator("svg.trend").count();
      const pdf = await printed(page, `results-card-${people.indexOf(person)}-${language}`);
      expect(pagesOf(pdf), `${person} in ${language}`).toBe(1);
    }
  }
  expect(drawn, "pictures of change").toBeGreaterThan(0);
  // What looks at a page is a script itself.
  const seen = await browse({ viewport: sizes.desk });
  await demoSignIn(seen, demo, "koordinaattori");
  await seen.goto(`${people[0]}/card`);
  await accessibleInBothLooks(seen);
  await picture(seen, "results-card");
  await targetsAtEveryWidth(seen, 44);
});
