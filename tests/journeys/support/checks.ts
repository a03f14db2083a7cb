// What every screen must pass: axe, sizes of targets, a picture for people to look at.

import { expect, type Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = resolve(import.meta.dirname, "../../../target/journeys/pictures");

/** Which of axe's rules are asked. Only those of `colours` see whether a page is light or dark, and none of them sees
 *  in which language it speaks; axe spends most of its time on them. */
export type Rules = "all" | "colours" | "all but colours";

const colours = ["color-contrast", "link-in-text-block"];

function asked(rules: Rules): RunOptions {
  // What passes need not be described element by element: that takes longer than to ask.
  const told = { resultTypes: ["violations" as const] };
  if (rules === "colours") return { ...told, runOnly: { type: "rule", values: colours } };
  return { ...told, rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: rules === "all" }])) };
}

/** What axe finds, by WCAG 2.2 A and AA and its best practices, each as a readable line. */
export async function findings(page: Page, rules: Rules = "all"): Promise<string[]> {
  // A page speaks its language from its first line on, before the rest of it has come.
  await page.waitForLoadState();
  // As a script of the debugger, so that the page's own policy stays as it is.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(`${axeSource}; 0`);
  const results = (await page.evaluate(`globalThis.axeRun = axe.run(document, ${JSON.stringify(asked(rules))})`)) as AxeResults;
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n    ${node.target.join(" ")}\n    ${node.html}`),
  );
}

/** Fails with the list of what axe finds. */
export async function accessible(page: Page, rules: Rules = "all"): Promise<void> {
  const language = await page.evaluate(() => document.documentElement.lang);
  expect.soft(await findings(page, rules), `${page.url()} in ${language}`).toEqual([]);
}

/** Every rule in the language of most, light, and what the dark colours may change; in the others what the words may. */
export async function accessibleInBothLooks(page: Page): Promise<void> {
  const inFinnish = (await page.evaluate(() => document.documentElement.lang)) === "fi";
  await page.emulateMedia({ colorScheme: "light" });
  await accessible(page, inFinnish ? "all" : "all but colours");
  if (!inFinnish) return;
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page, "colours");
  await page.emulateMedia({ colorScheme: "light" });
}

/** Target sizes (CSS pixels): what may be pressed is at least this high and wide. */
export async function targets(page: Page, minimum: number): Promise<void> {
  const small = await page.evaluate((least) => {
    const pressable = "a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input), [role=button]";
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(pressable)) {
      // A field inside its label is pressed through the label; a link in running text is exempt.
      if (element.matches("label > input, label input")) continue;
      // What programs alone fill in is shown to nobody.
      if (element.closest("[aria-hidden=true]")) continue;
      if (element.matches("p a, li p a, td a, dd a") && getComputedStyle(element).display === "inline") continue;
      // A skip link is there only while it has the focus.
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || !element.checkVisibility()) continue;
      if (box.height < least - 0.5 || box.width < Math.min(least, 44) - 0.5) {
        const words = (element.innerText || element.getAttribute("aria-label") || element.id).trim().slice(0, 40);
        found.push(`${element.tagName.toLowerCase()} "${words}" is ${box.width.toFixed(0)} × ${box.height.toFixed(0)}`);
      }
    }
    return found;
  }, minimum);
  // Soft, here and in the other checks: one run names everything that is wrong.
  expect.soft(small, `targets under ${minimum} px on ${page.url()}`).toEqual([]);
}

/** T6: the widths at which targets are measured, with text at usual and at double size. */
export async function targetsAtEveryWidth(page: Page, minimum: number): Promise<void> {
  const before = page.viewportSize();
  for (const text of ["100%", "200%"]) {
    // Through the object model, which the policy allows, as a reader's own setting would.
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
    for (const width of [320, 390, 820, 1180]) {
      await page.setViewportSize({ width, height: 900 });
      await targets(page, minimum);
      await fits(page);
    }
  }
  await page.evaluate(() => document.documentElement.removeAttribute("style"));
  if (before) await page.setViewportSize(before);
}

/** No sideways scrolling: content fits the width (WCAG 1.4.10). Names what sticks out. */
export async function fits(page: Page): Promise<void> {
  const out = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5);
    const named = (one: Element) => `${one.tagName.toLowerCase()}.${one.className} "${(one.textContent ?? "").trim().slice(0, 60)}"`;
    return [`${root.scrollWidth} px`, ...wide.map(named)];
  });
  expect.soft(out, `${page.url()} is wider than ${page.viewportSize()?.width} px`).toEqual([]);
}

/** A picture in target/journeys/pictures, to be looked at by people. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const take = () => page.screenshot({ path: resolve(pictures, `${name}.png`), fullPage: true });
  // Now and then a busy Chromium says that it has no picture to give; twice in a row is a fault of ours.
  await take().catch(take);
}

/** The page as the browser prints it, kept beside the pictures. */
export async function printed(page: Page, name: string): Promise<Buffer> {
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true, tagged: true });
  mkdirSync(pictures, { recursive: true });
  writeFileSync(resolve(pictures, `${name}.pdf`), pdf);
  return pdf;
}

/** How many pages a PDF of the browser has. */
export function pagesOf(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

/** A view of the tablet as it stands: axe, its width, its targets, and a picture. */
export async function looked(page: Page, name: string): Promise<void> {
  await accessible(page);
  await fits(page);
  await targets(page, 56);
  await picture(page, name);
}
