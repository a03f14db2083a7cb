// The head of the desk's pages on a phone: low, with everything behind one button that needs no script.

import { accessible, demoSignIn, expect, fits, picture, sizes, targets, test } from "./support/journey";
import type { Page } from "@playwright/test";

/** How much of the page stands before its own content, in CSS pixels; the demonstration's banner left out. */
const head = (page: Page) => page.evaluate(() => {
  const height = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().height ?? 0;
  return height(".frame__top") + height(".frame > .ways");
});

for (const javaScriptEnabled of [true, false]) {
  test(`a phone's page begins with a low head and a menu, ${javaScriptEnabled ? "with" : "without"} script`, async ({ demo, browse }) => {
    const page = await browse({ viewport: { width: 390, height: 844 }, javaScriptEnabled });
    await demoSignIn(page, demo, "koordinaattori");
    for (const path of ["/", "/people", "/groups", "/reviews", "/imports"]) {
      await page.goto(demo.url + path);
      expect.soft(await head(page), path).toBeLessThanOrEqual(120);
      await expect(page.getByRole("link", { name: "Osallistujat", exact: true })).toBeHidden();
    }
    await page.getByText("Valikko", { exact: true }).click();
    const menu = page.locator(".menu__inside");
    await expect(menu.getByRole("link", { name: "Osallistujat" })).toBeVisible();
    await expect(menu.locator("[aria-current=page]")).toHaveText("Tuonti");
    await expect(menu.getByRole("button", { name: "Kirjaudu ulos" })).toBeVisible();
    await menu.getByRole("link", { name: "Ryhmät" }).click();
    await expect(page).toHaveURL(/\/groups$/);
    await expect(page.locator(".menu__inside")).toBeHidden();
  });
}

test("the menu is reached and opened by keyboard, and covers nothing", async ({ demo, browse }) => {
  const page = await browse({ viewport: { width: 390, height: 844 } });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  // The demonstration's banner has links of its own.
  for (let steps = 0; steps < 10 && !(await page.evaluate(() => document.activeElement?.matches(".menu > summary"))); steps++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator(".menu__inside")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.locator(".menu__link").first()).toBeFocused();
  const bottom = await page.locator(".frame__top").evaluate((top) => top.getBoundingClientRect().bottom);
  expect(await page.locator("#main").evaluate((main) => main.getBoundingClientRect().top)).toBeGreaterThanOrEqual(bottom - 1);
  await accessible(page);
  await picture(page, "phone-menu");
});

test("the head stays low with text twice as large, and on the narrowest phone", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    for (const [text, most] of [["100%", 120], ["200%", 130]] as const) {
      await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
      expect.soft(await head(page), `${width} px, ${text}`).toBeLessThanOrEqual(most);
      await targets(page, 44);
      await fits(page);
      await picture(page, `phone-head-${width}-${text.replace("%", "")}`);
      await page.locator(".menu > summary").click();
      await targets(page, 44);
      await fits(page);
      await picture(page, `phone-menu-${width}-${text.replace("%", "")}`);
      await page.locator(".menu > summary").click();
    }
  }
});
