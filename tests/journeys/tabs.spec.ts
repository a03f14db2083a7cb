// Two tabs of one browser on one store: both record, one sends, nothing is lost or doubled.

import type { Page } from "@playwright/test";
import { accessible, expect, test } from "./support/journey";
import { enter, furnish, openRoll, people, row } from "./support/hall";

/** Counts from now on what this tab asks of the server by itself. */
function asking(page: Page): () => number {
  let asked = 0;
  page.on("request", (request) => void (asked += /\/api\/sync\/v1\/(push|pull|outcomes|events)/.test(request.url()) ? 1 : 0));
  return () => asked;
}

test("marks of two tabs are all kept and arrive once", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  await two.goto(`${server.url}/tablet`);
  await server.stop();
  await openRoll(one);
  await openRoll(two);
  const names = ["Aino", "Anja", "Eila", "Gunvor", "Helmi", "Irja", "Kauko", "Kerttu"];
  for (const [place, name] of names.entries()) {
    const page = place % 2 ? one : two;
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "present");
  }
  // Each tab sees what the other one stored.
  for (const page of [one, two]) {
    await expect(page.locator(".roll__counter")).toHaveText(`${names.length} / ${people} paikalla`);
  }
  await server.start();
  await one.goto(`${server.url}/tablet/device`);
  await one.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => line.includes("present"))).toHaveLength(names.length + people - 1);
});

test("at the same moment in both tabs", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  const [first, second] = [asking(one), asking(two)];
  await two.goto(`${server.url}/tablet`);
  await openRoll(one);
  await openRoll(two);
  await Promise.all([
    row(one, "Aino").locator(".roll-row__tap").click(),
    row(two, "Anja").locator(".roll-row__tap").click(),
  ]);
  for (const page of [one, two]) {
    await expect(page.locator(".roll__counter")).toHaveText(`2 / ${people} paikalla`);
    await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");
    await expect(row(page, "Anja")).toHaveAttribute("data-sync", "server");
  }
  // One tab leads: it sent both, and the other asked nothing.
  expect(first()).toBeGreaterThan(0);
  expect(second()).toBe(0);
});

test("the tab that is left goes on sending", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  await two.goto(`${server.url}/tablet`);
  await openRoll(two);
  const asked = asking(two);
  await one.close();
  await row(two, "Aino").locator(".roll-row__tap").click();
  await expect(row(two, "Aino")).toHaveAttribute("data-sync", "server");
  expect(asked()).toBeGreaterThan(0);
});

test("what another tab marks at the last moment of a sign-out is kept, and nobody is signed out", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  await two.goto(`${server.url}/tablet`);
  await openRoll(two);
  const push = "**/api/sync/v1/push";
  await one.context().route(push, (route) => route.abort());
  // The other tab marks somebody at the very moment in which it is asked to let go of the store, and takes its time.
  await row(two, "Aino").locator(".roll-row__tap").evaluate((tap: HTMLElement) => {
    const close = IDBDatabase.prototype.close;
    IDBDatabase.prototype.close = function (this: IDBDatabase) {
      IDBDatabase.prototype.close = close;
      tap.click();
      setTimeout(() => close.call(this), 500);
    };
  });
  let ended = 0;
  one.on("request", (request) => void (ended += request.url().endsWith("/api/device/v1/sign-out") ? 1 : 0));
  await one.getByRole("link", { name: "Minä" }).click();
  const anew = one.waitForEvent("load");
  await one.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await anew;
  await expect(one.getByRole("button", { name: "Kirjaudu ulos" })).toBeVisible();
  expect(ended, "the session at the server goes on").toBe(0);
  await one.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(one.getByRole("dialog")).toContainText("odottaa lähetystä");
  // The tab whose store was closed leaves the sending to this one.
  await one.context().unroute(push);
  await one.goto(`${server.url}/tablet/device`);
  await one.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(one.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await two.reload();
  await expect(row(two, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(row(two, "Aino")).toHaveAttribute("data-sync", "server");
});

test("a sign-out ends the session at the server when the store is gone, and not before", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  let go = () => {};
  const held = new Promise<void>((done) => void (go = done));
  const out = "**/api/device/v1/sign-out";
  await page.route(out, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("link", { name: "Minä" }).click();
  const asked = page.waitForRequest(out);
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await asked;
  const left = await page.evaluate(async () => (await indexedDB.databases()).map((database) => database.name));
  expect(left).toEqual(["virea-tablet"]);
  go();
  await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
});

test("a sign-out that waits for a tab asks to close it, and goes on when that is done", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  await two.goto(`${server.url}/tablet`);
  await openRoll(two);
  // It keeps the store open whoever asks, as a tab that the browser has put to sleep.
  await two.evaluate(() => void (IDBDatabase.prototype.close = () => {}));
  await one.bringToFront();
  await one.getByRole("link", { name: "Minä" }).click();
  await one.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(one.getByRole("heading", { name: "Kirjaudutaan ulos" })).toBeVisible();
  const said = one.getByRole("status");
  await expect(said).toContainText("Vireä on vielä auki toisessa välilehdessä tai ikkunassa. Sulje se.");
  await expect(said).toContainText("Mitään ei ole kadonnut.");
  await accessible(one);
  // Nothing can be recorded any more, and nothing pressed twice.
  await expect(one.getByRole("button")).toHaveCount(0);
  await two.close();
  await expect(one.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
  const left = await one.evaluate(async () => (await indexedDB.databases()).map((database) => database.name));
  expect(left).toEqual(["virea-tablet"]);
});
