// What the store does when the browser is killed, aborts a transaction or has no room left.

import { accessible, enterAs, expect, picture, sizes, test } from "./support/journey";
import { answerBeforeTest, awake, enter, failNext, furnish, instructor, kept, openRoll, password, people, row, today, typeValue } from "./support/hall";

const names = ["Aino", "Anja", "Eila", "Gunvor", "Helmi", "Irja", "Kauko", "Kerttu", "Märta", "Pentti"];

test("the browser killed right after each of ten marks loses none that was shown", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await server.stop();
  await openRoll(page);
  const roll = page.url();
  for (const [place, name] of names.entries()) {
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-mark", "present");
    await tablet.kill();
    page = await tablet.open();
    await page.goto(roll);
    await awake(page);
    await expect(page.locator(".roll__counter")).toHaveText(`${place + 1} / ${people} paikalla`);
  }
});

test("reloads in the middle of marking and of fetching lose and double nothing", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  let shown = 0;
  for (const name of names) {
    await row(page, name).locator(".roll-row__tap").click();
    // Not waited for: the reload may come before, during or after the transaction.
    await page.reload();
    await awake(page);
    const now = Number((await page.locator(".roll__counter").innerText()).split(" ")[0]);
    expect(now).toBeGreaterThanOrEqual(shown);
    shown = now;
  }
  await page.getByRole("link", { name: /lähetetty|odottaa/ }).click();
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => line.includes("present"))).toHaveLength(shown + people - 1);
});

for (const how of ["abort", "quota"] as const) {
  test(`a mark that could not be stored (${how}) is not shown as stored, is said, and can be tried again`, async ({
    server,
    browse,
  }) => {
    await furnish(server);
    const page = await browse();
    await enter(page, server);
    await server.stop();
    await openRoll(page);
    // The roll is scrolled to its end when it happens.
    const last = row(page, "Örjan");
    await page.setViewportSize({ width: 390, height: 700 });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await failNext(page, how);
    await last.locator(".roll-row__tap").click();
    const told = page.getByRole("alert");
    await expect(told).toContainText(how === "quota" ? "muisti on täynnä" : "Tallennus keskeytyi");
    await expect(told).toBeInViewport({ ratio: 1 });
    await expect(last).toHaveAttribute("data-mark", "none");
    // The row says it too, and the bar stays wherever the screen is scrolled.
    await expect(last).toHaveAttribute("data-sync", "unstored");
    await expect(last).toContainText("ei tallentunut");
    await expect(last).toBeInViewport();
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(300);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(told).toBeInViewport({ ratio: 1 });
    await accessible(page);
    await picture(page, `tablet-unstored-${how}`);
    await page.getByRole("alert").getByRole("button", { name: "Yritä uudelleen" }).click();
    await expect(last).toHaveAttribute("data-mark", "present");
    await expect(page.getByRole("alert")).toHaveCount(0);
    await page.reload();
    await expect(last).toHaveAttribute("data-mark", "present");
  });
}

test("what was typed and could not be stored is said and stored by the next try, and a bad read is tried again", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await failNext(page, "abort", "drafts");
  await page.getByLabel("Etunimi tai kutsumanimi").fill("Hilkka");
  await page.getByRole("alert").getByRole("button", { name: "Yritä uudelleen" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await kept(page, "Hilkka");
  await page.goBack();
  // Nor does a store that cannot be read for a moment keep a mark for good.
  await page.evaluate(async () => {
    const real = IDBObjectStore.prototype.getAll;
    IDBObjectStore.prototype.getAll = function () {
      IDBObjectStore.prototype.getAll = real;
      throw new DOMException("a bad moment", "UnknownError");
    };
    // As another tab tells that it has stored something.
    const name = (await indexedDB.databases()).map((found) => found.name ?? "").find((found) => found !== "virea-tablet");
    new BroadcastChannel(name ?? "").postMessage("moved");
  });
  await expect(page.getByRole("alert")).toContainText("Tallennus keskeytyi");
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a form goes with what is recorded of it, so that a death in between brings it back to nobody", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").fill("Helvi");
  await page.locator("#family").fill("Uusi");
  await page.locator("#birth-year").fill("1944");
  await kept(page, "Helvi", "1944");
  // As if the browser died after every recording: what comes after it, in a transaction of its own, does not happen.
  await page.evaluate(() => {
    const real = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const transaction = real.call(this, stores, mode, options);
      if (mode === "readwrite" && [...transaction.objectStoreNames].join() === "drafts") {
        transaction.commit = () => transaction.abort();
      }
      return transaction;
    };
  });
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await expect(row(page, "Helvi")).toHaveAttribute("data-mark", "present");
  const left = await page.evaluate(async () => {
    const name = (await indexedDB.databases()).map((found) => found.name ?? "").find((found) => found !== "virea-tablet");
    const opened = await new Promise<IDBDatabase>((done) => {
      const request = indexedDB.open(name ?? "");
      request.onsuccess = () => done(request.result);
    });
    const keys = await new Promise<IDBValidKey[]>((done) => {
      const request = opened.transaction("drafts").objectStore("drafts").getAllKeys();
      request.onsuccess = () => done(request.result);
    });
    opened.close();
    return keys.map(String);
  });
  expect(left.filter((name) => name.startsWith("register/"))).toEqual([]);
});

test("a test being entered is there after the browser's death", async ({ server, device }) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await answerBeforeTest(page);
  await page.getByRole("button", { name: /SPPB/ }).click();
  await page.getByRole("button", { name: "Pysyi 10 s" }).click();
  await typeValue(page, "7");
  await expect(page.locator(".cell").nth(1)).toContainText("7,00");
  await kept(page, '"10,00"', '"7"');
  const address = page.url();
  await tablet.kill();
  page = await tablet.open();
  await page.goto(address);
  // It goes on at the next part; what was entered stands in the one before.
  await page.getByRole("button", { name: /^Takaisin: / }).click();
  await expect(page.locator(".cell").nth(0)).toContainText("10,00");
  await expect(page.locator(".cell").nth(1)).toContainText("7,00");
});

test("a store that was deleted while the app was closed is said at the next start, over every view, until it is read", async ({
  server,
  device,
}) => {
  await furnish(server);
  const tablet = device();
  let page = await tablet.open();
  await enter(page, server);
  await openRoll(page);
  // One mark that the server has: what is recorded after the loss begins a stream that the server knows further.
  await row(page, "Raili").locator(".roll-row__tap").click();
  await expect(row(page, "Raili")).toHaveAttribute("data-sync", "server");
  await server.stop();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await tablet.kill();
  await server.start();
  page = await tablet.open();
  // A page of the site that is not the app: nothing has opened the store.
  await page.goto(`${server.url}/offline.html`);
  const deleted = await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((found) => found.name ?? "");
    const stores = names.filter((name) => name.startsWith("virea-") && name !== "virea-tablet");
    for (const name of stores) {
      await new Promise((done, failed) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = done;
        request.onerror = failed;
        request.onblocked = failed;
      });
    }
    return stores.length;
  });
  expect(deleted).toBe(1);
  const told = page.getByText("Tämän tabletin muisti on tyhjentynyt");
  // The browser's death takes the sign-in too where it comes within half a minute: later, cookies are written down.
  await page.context().clearCookies();
  await page.goto(`${server.url}/tablet`);
  await expect(told).toBeVisible();
  await expect(told).toContainText("Tarkista viimeiset kirjauksesi");
  // Without a sign-in nothing can be fetched, so it is asked for at once.
  await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-emptied");
  await page.getByLabel("Käyttäjätunnus").fill(instructor);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await openRoll(page);
  await expect(told).toBeVisible();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "none");
  await expect(row(page, "Raili")).toHaveAttribute("data-mark", "present");
  // Not read yet: the next start says it again.
  await page.reload();
  await expect(told).toBeVisible();
  await page.getByRole("button", { name: "Luettu" }).click();
  await expect(told).toHaveCount(0);
  await page.reload();
  await awake(page);
  await expect(told).toHaveCount(0);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: /lähetetty|odottaa/ }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
  expect(marks.split("\n").filter((line) => line.includes("present") && line.includes(today()))).toHaveLength(2);
});

test("what a thrown-away store had not sent is named by number, on the tablet and at the desk", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await row(page, "Raili").locator(".roll-row__tap").click();
  await expect(row(page, "Raili")).toHaveAttribute("data-sync", "server");
  await server.stop();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  // Still without the server: it must not be sent before the store is gone.
  await page.goto(`${server.url}/offline.html`);
  await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((found) => found.name ?? "");
    for (const name of names.filter((name) => name.startsWith("virea-") && name !== "virea-tablet")) {
      await new Promise((done, failed) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = done;
        request.onerror = failed;
      });
    }
  });
  await server.start();
  await page.goto(`${server.url}/tablet`);
  const told = page.getByText("Tämän tabletin muisti on tyhjentynyt");
  await expect(told).toBeVisible();
  const numbers = page.getByText(/Numerot: \d/).first();
  await expect(numbers).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-emptied-numbers");
  // What is recorded now goes on behind the missing numbers.
  await openRoll(page);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-sync", "server");
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/reviews`);
  await expect(desk.locator(".reviews")).toContainText("Outi Ohjaaja kirjasi laitteella");
  await expect(desk.locator(".reviews")).toContainText(/Numerot tabletilla: \d/);
  await desk.goto(`${server.url}/devices`);
  await expect(desk.locator("main")).toContainText("muisti tyhjentynyt");
  await accessible(desk);
  await picture(desk, "devices-emptied");
});

test("what a tablet cannot send is saved to a file, taken in at the desk, and is there once when it is sent after all", async ({
  server,
  browse,
}) => {
  test.setTimeout(180_000);
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.context().setOffline(true);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await page.getByRole("link", { name: /lähetetty|odottaa/ }).click();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Tallenna odottavat tiedostoon" }).click();
  const file = await (await saved).path();
  const present = async () => {
    const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
    return marks.split("\n").filter((line) => line.includes("present") && line.includes(today())).length;
  };
  expect(await present()).toBe(0);
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/devices`);
  await desk.getByRole("link", { name: "Tuo tabletin lähettämättömät" }).click();
  // Brought twice, as people do who are not sure.
  for (let time = 0; time < 2; time++) {
    await desk.getByLabel("Tabletin tiedosto").setInputFiles(file);
    await desk.getByRole("button", { name: "Tuo merkinnät" }).click();
    await expect(desk.getByRole("status").filter({ hasText: /merkintää? on nyt palvelimella/ })).toBeVisible();
    expect(await present()).toBe(1);
  }
  await accessible(desk);
  await picture(desk, "devices-unsent");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Lähetä nyt" }).click();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  expect(await present()).toBe(1);
});
