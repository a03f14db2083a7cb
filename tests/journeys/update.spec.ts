// A new version of the program: offered only in a calm moment and with nothing unsent, and whatever is unsent or half
// filled in outlives it.

import { accessible, expect, picture, test, type Virea } from "./support/journey";
import { enter, failNext, furnish, kept, openRoll, people, row } from "./support/hall";
import { NewerBuild } from "./support/newer";
import type { Page } from "@playwright/test";

const build = "00000000000000ff";

/** The wasm that this page runs is the one of that build. */
async function runs(page: Page, newer: boolean) {
  const wasm = () =>
    page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.endsWith(".wasm")));
  await expect.poll(async () => (await wasm()).some((name) => name.includes(build))).toBe(newer);
}

/** Publishes the new version and lets the browser find it; it waits. */
async function publish(page: Page, newer: NewerBuild) {
  newer.publish(build);
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one?.update()).then(() => undefined));
  await expect(page.locator("html")).toHaveAttribute("data-update", "waiting");
}

/** The town's server behind one that can publish a newer build. */
async function town(server: Virea): Promise<{ newer: NewerBuild; front: Virea }> {
  await furnish(server);
  const newer = new NewerBuild(server.url);
  const url = await newer.start();
  return { newer, front: Object.create(server, { url: { value: url } }) as Virea };
}

test("a new version is offered in a calm moment with everything sent, and taken over by one tap", async ({ server, browse }) => {
  const { newer, front } = await town(server);
  const page = await browse();
  await enter(page, front);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await runs(page, false);
  const bar = page.getByRole("button", { name: "Päivitä nyt" });

  await openRoll(page);
  await publish(page, newer);
  // Not in the middle of a roll call.
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");
  await expect(bar).toHaveCount(0);
  // Not while something is unsent.
  await server.stop();
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: "Etusivu" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  await expect(page.getByRole("link", { name: /odottaa lähetystä/ })).toBeVisible();
  await expect(bar).toHaveCount(0);
  // Everything is sent: now.
  await server.start();
  await page.getByRole("link", { name: /odottaa lähetystä/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await expect(bar).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-update");
  const again = page.waitForEvent("load");
  await bar.click();
  await again;
  await runs(page, true);
  await expect(bar).toHaveCount(0);
  await page.getByRole("link", { name: "Etusivu" }).click();
  await openRoll(page);
  await expect(page.locator(".roll__counter")).toHaveText(`2 / ${people} paikalla`);
  newer.stop();
});

test("no new version is offered while a mark could not be stored", async ({ server, browse }) => {
  const { newer, front } = await town(server);
  const page = await browse();
  await enter(page, front);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const bar = page.getByRole("button", { name: "Päivitä nyt" });
  await openRoll(page);
  await publish(page, newer);
  await failNext(page, "abort");
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "unstored");
  // What is said of it lies over the links of the head.
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  await expect(bar).toHaveCount(0);
  await page.getByRole("alert").getByRole("button", { name: "Yritä uudelleen" }).click();
  await expect(bar).toBeVisible();
  newer.stop();
});

test("unsent marks and a half-filled form outlive the new version that comes with closing the app", async ({ server, device }) => {
  const { newer, front } = await town(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, front);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await publish(page, newer);
  await openRoll(page);
  const roll = page.url();
  await server.stop();
  for (const name of ["Aino", "Anja", "Eila"]) {
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "present");
  }
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.getByLabel("Etunimi tai kutsumanimi").pressSequentially("Hilkka-Marja");
  await kept(page, "Hilkka-Marja");
  const form = page.url();
  // With the last page of the old version the worker that waited takes over.
  await tablet.close();
  page = await tablet.open();
  await page.goto("about:blank");
  await page.goto(form);
  await expect(page.getByLabel("Etunimi tai kutsumanimi")).toHaveValue("Hilkka-Marja");
  await runs(page, true);
  await page.goto(roll);
  await expect(page.locator(".roll__counter")).toHaveText(`3 / ${people} paikalla`);
  await expect(row(page, "Anja").locator(".sync-mark")).toContainText("tabletilla");

  await server.start();
  await page.getByRole("link", { name: /odottaa|lähetetty/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => line.includes("present"))).toHaveLength(3 + people - 1);
  newer.stop();
});
