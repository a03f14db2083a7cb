// Two tabs of one browser on one store: both record, one sends, nothing is lost or doubled.

import { expect, test } from "./support/journey";
import { enter, furnish, openRoll, people, row } from "./support/hall";

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
});

test("the tab that is left goes on sending", async ({ server, browse }) => {
  await furnish(server);
  const one = await browse();
  await enter(one, server);
  const two = await one.context().newPage();
  await two.goto(`${server.url}/tablet`);
  await openRoll(two);
  await one.close();
  await row(two, "Aino").locator(".roll-row__tap").click();
  await expect(row(two, "Aino")).toHaveAttribute("data-sync", "server");
});
