// Letters of a group on paper: one page each, 16 points, the address where the windows of C5 and E65 show it; without a script.

import { accessibleInBothLooks, demoSignIn, expect, pagesOf, picture, printed, sizes, targetsAtEveryWidth, test } from "./support/journey";

/** The page's margins above and at the left (style/print.css), and what both windows show: millimetres. */
const margins = { left: 20, top: 10 };
const shown = { left: 15, right: 100, top: 44, bottom: 59.5 };

test("a group's letters print one page each in three languages, large, with the address in the window, without a script", async ({ demo, browse }) => {
  test.setTimeout(180_000);
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/groups`);
  await page.locator("main table a").first().click();
  const group = page.url();
  for (const kind of ["welcome", "sessions", "invitation"]) {
    for (const language of ["fi", "sv", "en"]) {
      await page.goto(`${group}/letters`);
      await page.locator(`input[name=kind][value=${kind}]`).check();
      await page.locator("[name=language]").selectOption(language);
      await page.locator("[name=phone]").fill("040 123 4567");
      await page.locator("form.form button").last().click();
      const letters = await page.locator("article.letter").count();
      expect(letters).toBeGreaterThan(3);
      await expect(page.locator("article.letter").first()).toHaveAttribute("lang", language);
      const pdf = await printed(page, `letters-${kind}-${language}`);
      expect(pagesOf(pdf), `${kind} in ${language}`).toBe(letters);
    }
  }
  const seen = await browse({ viewport: sizes.desk });
  await demoSignIn(seen, demo, "koordinaattori");
  await seen.goto(`${group}/letters`);
  await accessibleInBothLooks(seen);
  await picture(seen, "letters-form");
  await targetsAtEveryWidth(seen, 44);
  await seen.locator("input[name=kind][value=welcome]").check();
  await seen.locator("[name=phone]").fill("040 123 4567");
  await seen.locator("form.form button").last().click();
  await accessibleInBothLooks(seen);
  await picture(seen, "letters");
  await seen.emulateMedia({ media: "print" });
  const measured = await seen.locator("article.letter").evaluateAll((all) => all.map((letter) => {
    const [sheet, box] = [letter.getBoundingClientRect(), letter.querySelector(".letter__window")!.getBoundingClientRect()];
    const mm = (px: number) => (px * 25.4) / 96;
    // The browser gives pixels in few digits: 16 points are 21.3333 of them.
    const size = Math.round(parseFloat(getComputedStyle(letter.querySelector(".letter__body p")!).fontSize) * 75) / 100;
    return { left: mm(box.left - sheet.left), top: mm(box.top - sheet.top), width: mm(box.width), height: mm(box.height), size };
  }));
  for (const one of measured) {
    expect(one.size).toBeGreaterThanOrEqual(16);
    expect(margins.left + one.left).toBeGreaterThanOrEqual(shown.left);
    expect(margins.left + one.left + one.width).toBeLessThanOrEqual(shown.right);
    expect(margins.top + one.top).toBeGreaterThanOrEqual(shown.top - 0.1);
    expect(margins.top + one.top + one.height).toBeLessThanOrEqual(shown.bottom);
  }
});
