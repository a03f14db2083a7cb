// What one tablet notes of a session the others of the group know, and what of a store cannot be read is named.

import { accessible, expect, picture, test } from "./support/journey";
import { awake, enter, furnish, group, instructor, openRoll, password, people, row, today, twoInRoll, written } from "./support/hall";
import type { Page } from "@playwright/test";

/** Writes over what lies in a store under the first key that holds these letters, as a disk or a foreign hand would. */
async function damage(page: Page, database: RegExp, store: string, letters: string) {
  await page.evaluate(
    async ([pattern, store, letters]) => {
      const all = (await indexedDB.databases()).map((one) => one.name ?? "");
      const name = all.find((one) => new RegExp(pattern!).test(one)) ?? "";
      const database = await new Promise<IDBDatabase>((done) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => done(asked.result);
      });
      const transaction = database.transaction(store!, "readwrite");
      const objects = transaction.objectStore(store!);
      const keys = await new Promise<IDBValidKey[]>((done) => {
        const asked = objects.getAllKeys();
        asked.onsuccess = () => done(asked.result);
      });
      const key = keys.find((one) => String(one).includes(letters!));
      if (key === undefined) throw new Error(`nothing under ${letters} in ${name}: ${keys.join(" ")}`);
      objects.put(new Uint8Array([9, 9, 9]), key);
      await new Promise((done) => (transaction.oncomplete = done));
      database.close();
    },
    [database.source, store, letters],
  );
}

const users = /^virea-(?!tablet)/;

test("a session that one tablet has ended is ended on the other, and so is a call", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  await row(one, "Aino").locator(".roll-row__tap").click();
  await expect(row(two, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(one.getByRole("button", { name: "Kumoa" })).toBeVisible();
  await row(two, "Kerttu").locator(".roll-row__more").click();
  await two.getByRole("button", { name: "poissa, ei ilmoitusta" }).click();
  await two.getByRole("button", { name: "Kaikki paikalla" }).click();
  await expect(one.locator(".roll__counter")).toHaveText(`${people - 1} / ${people} paikalla`);
  await two.getByRole("button", { name: "Päätä kerta" }).click();
  await two.getByRole("dialog").getByRole("button", { name: "Pyydetty" }).click();
  await two.getByRole("dialog").getByRole("button", { name: "Päätä kerta" }).click();
  await expect(two.locator("main")).toContainText("kerta on päätetty");
  await expect(one.locator(".roll__ended")).toContainText("Kerta päätettiin");
  // From here on a change needs a reason, on every tablet: nothing is undone without one.
  await expect(one.getByRole("button", { name: "Kumoa" })).toHaveCount(0);
  await row(one, "Aino").locator(".roll-row__tap").click();
  await expect(one.getByRole("dialog")).toBeVisible();
  await picture(one, "roll-ended-elsewhere");
  await one.keyboard.press("Escape");
  await one.getByRole("link", { name: "Etusivu" }).click();
  await expect(one.locator(".calls__one")).toContainText("Kerttu Mäkelä");
  await expect(one.locator(".calls__one")).toHaveAttribute("data-done", "true");
});

test("a damaged record is named, the rest goes on without network, and it is fetched again with it", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await server.stop();
  await damage(page, users, "cache", "/participant/");
  await page.reload();
  const told = page.getByText(/Osa tabletille haetuista tiedoista on vioittunut/);
  await expect(told).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-damaged");
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(told).toHaveCount(0);
  await openRoll(page);
  await expect(page.locator(".roll__counter")).toHaveText(`0 / ${people} paikalla`);
  await expect(row(page, "Aino")).toBeVisible();
});

test("without its cursors a tablet goes on with what it has, and keeps what is marked meanwhile", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await server.stop();
  await damage(page, users, "cache", "cursors");
  await page.reload();
  await expect(page.getByText(/tiedoista on vioittunut: Koskelan tiistairyhmä/)).toBeVisible();
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.reload();
  await awake(page);
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
});

test("a damaged row of the outbox takes no other with it", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await server.stop();
  await openRoll(page);
  for (const name of ["Aino", "Eila"]) {
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "present");
  }
  // The last one: Eila's mark.
  await damage(page, users, "outbox", "op/000000000004");
  await page.reload();
  await awake(page);
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: /odottaa|lähetetty|tarkistettava/ }).click();
  await expect(page.locator("main")).toContainText("1 merkintää ei voi enää lukea");
  // Which one it was stays legible: its number, and what and when it was as far as that stands in what is left.
  await expect(page.locator("main .notice .row")).toContainText("Merkintä numero 4: ");
  // What waits is named with its group, its day and what it waits for.
  await expect(page.locator("main .row", { hasText: "Aino" })).toContainText(`${group}, ${written(today())}`);
  await expect(page.locator("main .row", { hasText: "Aino" })).toContainText("Odottaa verkkoa.");
  await accessible(page);
  await picture(page, "tablet-damaged-row");
});

test("where it cannot be read who was signed in, a new sign-in finds the store as it was", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.context().setOffline(true);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await damage(page, /^virea-tablet$/, "users", "current");
  await page.context().setOffline(false);
  await page.goto(`${server.url}/tablet`);
  await expect(page.getByText("kirjautuneena, on vioittunut")).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-damaged-account");
  await page.getByLabel("Käyttäjätunnus").fill(instructor);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await openRoll(page);
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
});
