// Looks that people choose and nobody at a usual screen sees: forced colours and paper.

import { accessible, demoSignIn, expect, fits, sizes, test, typeDemoCard } from "./support/journey";
import { enter, furnish, openRoll, row } from "./support/hall";
import type { Locator, Page } from "@playwright/test";

const style = (element: Locator, property: string) =>
  element.evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), property);

test("with forced colours what is chosen keeps a frame, and what is not gets none", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ forcedColors: "active" });
  await enter(page, server);
  await page.getByRole("link", { name: "Minä" }).click();
  expect(await style(page.getByRole("button", { name: "Suomi" }), "outline-style")).toBe("solid");
  expect(await style(page.getByRole("button", { name: "Svenska" }), "outline-style")).toBe("none");
  await page.goBack();
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  expect(await style(row(page, "Aino"), "border-top-width")).toBe("4px");
  expect(await style(row(page, "Anja"), "border-top-width")).toBe("2px");
  // The bar that can be undone has no fill left: a border instead.
  expect(await style(page.locator(".undo-bar"), "border-top-style")).toBe("solid");
});

/** How much ink stands in the very middle of a figure, of 400 pixels, by figure and weight. */
async function inkInTheMiddle(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    const found: Record<string, number> = {};
    for (const weight of [400, 700]) {
      const font = `${weight} 200px "Atkinson Hyperlegible Next"`;
      if ((await document.fonts.load(font, "08")).length === 0) throw new Error(`no ${font}`);
      for (const figure of "08") {
        const pen = Object.assign(document.createElement("canvas"), { width: 300, height: 300 }).getContext("2d")!;
        Object.assign(pen, { font, textAlign: "center" });
        const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = pen.measureText(figure);
        pen.fillText(figure, 150, 250);
        const square = pen.getImageData(140, Math.round(250 - (up - down) / 2) - 10, 20, 20).data;
        found[`${figure} at ${weight}`] = square.filter((value, at) => at % 4 === 3 && value > 0).length;
      }
    }
    return found;
  });
}

test("the zero of figures has no stroke, at either weight", async ({ server, browse }) => {
  const page = await browse();
  await page.goto(`${server.url}/tablet`);
  const ink = await inkInTheMiddle(page);
  expect(ink).toMatchObject({ "0 at 400": 0, "0 at 700": 0 });
  // The check itself sees a stroke.
  for (const eight of ["8 at 400", "8 at 700"]) expect(ink[eight]).toBeGreaterThan(100);
});

test("with forced colours only the current way of the desk is underlined", async ({ demo, browse }) => {
  const page = await browse({ forcedColors: "active", viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  const paper = await style(page.locator("body"), "background-color");
  const ways = page.locator(".ways__link:not([aria-current])");
  for (const way of await ways.all()) expect(await style(way, "border-bottom-color")).toBe(paper);
  expect(await style(page.locator(".ways__link[aria-current]"), "border-bottom-color")).not.toBe(paper);
});

test("with forced colours the main action of one's own page has a frame of its own", async ({ demo, browse }) => {
  const page = await browse({ forcedColors: "active", viewport: sizes.phone });
  await page.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(page);
  expect(await style(page.locator(".button--main").first(), "border-top-width")).toBe("4px");
  expect(await style(page.locator(".own__ways .button").first(), "border-top-width")).toBe("2px");
  await accessible(page);
  await fits(page);
});

test("paper has no controls, keeps the number to call, and cuts nothing off", async ({ demo, browse }) => {
  const page = await browse({ viewport: { width: 680, height: 960 }, colorScheme: "dark" });
  for (const [login, paths] of Object.entries({ koordinaattori: ["/people", "/groups"], viranhaltija: ["/figures"] })) {
    await page.context().clearCookies();
    await page.emulateMedia({ media: "screen" });
    await demoSignIn(page, demo, login);
    for (const path of paths) {
      await page.emulateMedia({ media: "screen" });
      await page.goto(demo.url + path);
      // The council's report is a paper of its own, for people who call nobody.
      const one = page.locator(`main a[href^="${path}/"]:not([href$="/new"], [href*="/download"], [href^="/figures/report"])`).first();
      if (await one.count()) await page.goto(new URL((await one.getAttribute("href")) ?? "", demo.url).href);
      await page.emulateMedia({ media: "print" });
      for (const gone of ["main form", ".ways", ".switch", ".who", "main .button", "main summary"]) {
        await expect(page.locator(gone).filter({ visible: true }), `${page.url()} prints ${gone}`).toHaveCount(0);
      }
      await expect(page.locator("footer a[href^='tel:']")).toBeVisible();
      expect(await style(page.locator("body"), "color")).toBe("rgb(0, 0, 0)");
      await fits(page);
    }
  }
});
