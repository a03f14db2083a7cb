// Exercise at home: a programme made on a tablet without network, done by its person's own page without a script, seen at
// the desk; the sheet on paper. And how all of it looks.

import { accessible, accessibleInBothLooks, demoSignIn, enterAs, expect, fits, looked, pagesOf, picture, printed, sizes, targets, targetsAtEveryWidth, test, typeCard, typeDemoCard } from "./support/journey";
import { enter, furnish, kept, openCard, openRoll, stored } from "./support/hall";

/** T1: nothing under 64 px that is pressed, on any page of those who take part. */
const LEAST = 64;

for (const [name, shape] of Object.entries({
  upright: { viewport: sizes.tablet, colorScheme: "light" },
  phone: { viewport: sizes.phone, colorScheme: "dark" },
} as const)) {
  test(`a programme is made and a sheet is entered without network, and both stand at the desk, ${name}`, async ({ server, browse }) => {
    test.setTimeout(120_000);
    await furnish(server);
    const page = await browse(shape);
    await enter(page, server);
    await openRoll(page);
    await server.stop();
    await openCard(page, "Irja", "home-exercise");
    const card = page.locator("#home-exercise");
    await expect(card).toContainText("Kotiohjelmaa ei ole.");
    await card.getByRole("link", { name: "Tee kotiohjelma" }).click();
    await page.getByRole("button", { name: "Tallenna ohjelma" }).click();
    await expect(page.getByText("Valitse ainakin yksi liike.")).toBeFocused();
    await expect(page.getByText("Valitse ainakin yksi liike.")).toBeInViewport();
    await page.getByRole("button", { name: "Tuolilta nousu" }).click();
    await page.getByRole("group", { name: "Muoto: Tuolilta nousu" }).getByRole("button", { name: "helpompi" }).click();
    await page.getByRole("button", { name: "Vähemmän: Tuolilta nousu", exact: true }).click();
    await page.getByRole("button", { name: "Enemmän kierroksia: Tuolilta nousu" }).click();
    await page.getByRole("button", { name: "Reipas kävely" }).click();
    for (let press = 0; press < 2; press++) await page.getByRole("button", { name: "Varpaille nousu", exact: true }).click();
    await expect(page.getByText("2 liikettä valittu")).toBeVisible();
    await page.getByLabel("Sanat osallistujalle").fill("Pidä kiinni tuolista.");
    await looked(page, `home-exercise-${name}`);
    await page.getByRole("button", { name: "Tallenna ohjelma" }).click();
    await expect(card).toContainText("Tuolilta nousu (helpompi) ja Reipas kävely");
    await card.getByRole("link", { name: "Kirjaa rastit" }).click();
    const days = page.locator(".home-week__day:not(.home-week__day--ahead)");
    await days.last().click();
    await expect(days.last()).toHaveAttribute("aria-pressed", "true");
    // A sheet that comes back has been full for a week or two: its first week is there too, the oldest first.
    await expect(page.locator(".home-week")).toHaveCount(6);
    const lastWeek = page.locator(".home-week").nth(4).getByRole("button");
    await expect(lastWeek).toHaveCount(7);
    for (const n of [0, 2, 4]) await lastWeek.nth(n).click();
    await lastWeek.nth(2).click();
    await expect(page.locator(".home-week__day[aria-pressed=true]")).toHaveCount(3);
    await looked(page, `home-exercise-${name}-days`);
    await page.getByRole("button", { name: "Takaisin" }).click();
    await expect(card).toContainText("Tällä viikolla 1 päivänä");
    await looked(page, `home-exercise-${name}-card`);
    // What was recorded is there after the tablet was closed and opened without network.
    await page.reload();
    await expect(card).toContainText("Tuolilta nousu (helpompi)");
    await server.start();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeAttached();
    const desk = await browse({ viewport: sizes.desk });
    await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
    await desk.goto(`${server.url}/people`);
    await desk.locator(".people__name", { hasText: "Irja" }).click();
    await desk.getByRole("link", { name: "Avaa kotiharjoittelu" }).click();
    await expect(desk.locator("#programme")).toContainText("9 kertaa. Lepää ja tee uudelleen, yhteensä 3 kierrosta.");
    await expect(desk.locator("#programme")).toContainText("Pidä kiinni tuolista.");
    await expect(desk.locator("input[name=day]:checked")).toHaveCount(3);
    // What a colleague changes while the form is open stays beside what is changed on the tablet.
    await card.getByRole("link", { name: "Muuta kotiohjelmaa" }).click();
    await page.getByLabel("Sanat osallistujalle").fill("Pidä kiinni pöydästä.");
    await desk.locator("summary", { hasText: "Muuta kotiohjelmaa" }).click();
    await desk.getByRole("checkbox", { name: "Paikallaan marssi", exact: true }).check();
    await desk.getByRole("button", { name: "Tallenna ohjelma" }).click();
    await expect(desk.getByText("Kotiohjelma on tallennettu.")).toBeVisible();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await stored(page, "cache", '"march"');
    await page.getByRole("button", { name: "Tallenna ohjelma" }).click();
    await expect(card).toContainText("Paikallaan marssi");
    await expect(card).toContainText("Pidä kiinni pöydästä.");
    // The programme ends by one press on the tablet, and the next one begins with what it had.
    await card.getByRole("link", { name: "Muuta kotiohjelmaa" }).click();
    await expect(page.getByRole("button", { name: "Tuolilta nousu", exact: true })).toHaveAttribute("aria-pressed", "true");
    await page.getByRole("button", { name: "Lopeta ohjelma" }).click();
    await expect(card).toContainText("Kotiohjelmaa ei ole.");
    // Another press takes that back.
    await card.getByRole("button", { name: "Kumoa" }).click();
    await expect(card).toContainText("Paikallaan marssi");
    await card.getByRole("link", { name: "Muuta kotiohjelmaa" }).click();
    await page.getByRole("button", { name: "Lopeta ohjelma" }).click();
    await expect(card).toContainText("Kotiohjelmaa ei ole.");
    await card.getByRole("link", { name: "Tee kotiohjelma" }).click();
    await expect(page.getByText("Lomakkeessa on edellinen ohjelma.")).toBeVisible();
    await expect(page.getByText("3 liikettä valittu")).toBeVisible();
    await looked(page, `home-exercise-${name}-again`);
  });
}

test("a programme is made at the desk and done on the own page, both without a script, and printed", async ({ server, browse }) => {
  test.setTimeout(120_000);
  await furnish(server);
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await desk.getByRole("link", { name: /Raili/ }).first().click();
  const person = desk.url();
  await desk.getByRole("link", { name: "Avaa kotiharjoittelu" }).click();
  for (const name of ["Tuolilta nousu", "Varpaille nousu", "Seisonta yhdellä jalalla", "Reipas kävely"]) {
    await desk.getByRole("checkbox", { name, exact: true }).check();
  }
  await desk.locator("#form-chair_stand").evaluate((field) => field.closest("details")?.setAttribute("open", ""));
  await desk.locator("#form-chair_stand").selectOption("easier");
  await desk.getByLabel("Sanat osallistujalle").fill("Hyvin se menee, Raili.");
  await picture(desk, "home-exercise-desk-form");
  await desk.getByRole("button", { name: "Tallenna ohjelma" }).click();
  await expect(desk.getByText("Kotiohjelma on tallennettu.")).toBeVisible();
  await picture(desk, "home-exercise-desk");
  const exercise = new URL(desk.url()).pathname;
  await desk.goto(`${person}/personal-card`);
  await desk.getByRole("button", { name: "Tee kortti" }).click();
  const [number, pin] = await desk.locator(".personal-card__number").allInnerTexts();

  const phone = await browse({ viewport: sizes.phone, javaScriptEnabled: false });
  await phone.goto(`${server.url}/k`);
  await typeCard(phone, number, pin);
  await phone.getByRole("link", { name: "Kotiohjelmani" }).click();
  await expect(phone.getByText("Hyvin se menee, Raili.")).toBeVisible();
  await expect(phone.getByText("Tee näin helpommin:")).toBeVisible();
  await picture(phone, "home-exercise-own");
  await phone.getByRole("button", { name: "Tein tämän tänään" }).click();
  await expect(phone.getByText("Merkintä on tallessa. Ohjaaja näkee sen.")).toBeVisible();
  await expect(phone.getByText("Olet harjoitellut tällä viikolla yhtenä päivänä. Hienoa!")).toBeVisible();
  await picture(phone, "home-exercise-own-done");
  await desk.goto(server.url + exercise);
  await expect(desk.locator("input[name=day]:checked")).toHaveCount(1);
  await phone.getByRole("button", { name: "Peru tämän päivän merkintä" }).click();
  await expect(phone.getByRole("button", { name: "Tein tämän tänään" })).toBeVisible();
  await phone.getByRole("button", { name: /Merkitse tehdyksi/ }).last().click();
  await expect(phone).toHaveURL(/#days$/);
  await expect(phone.getByText(/^Merkintä on tallessa: sunnuntaina/)).toBeInViewport();
  await phone.getByRole("link", { name: "Tulosta ohjelma" }).click();
  await expect(phone.locator(".home-sheet__box")).toHaveCount(28);
  const pdf = await printed(phone, "home-exercise");
  expect(pagesOf(pdf), "four exercises, what to see to first and four weeks of boxes").toBeLessThanOrEqual(4);
  await desk.goto(`${server.url}${exercise}/sheet`);
  await expect(desk.locator(".home-sheet__box")).toHaveCount(28);
  const atDesk = await printed(desk, "home-exercise-desk");
  expect(pagesOf(atDesk)).toBeLessThanOrEqual(4);
});

test("a programme of five exercises is printed by one press, on three sheets", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.phone });
  await page.goto(`${demo.url}/k`);
  await typeDemoCard(page);
  await page.goto(`${demo.url}/own/exercise/sheet`);
  await expect(page.getByRole("button", { name: "Tulosta tämä sivu" }).first()).toBeInViewport();
  await expect(page.getByText("Tulosta tämä sivu selaimen valikosta.")).toBeHidden();
  expect(pagesOf(await printed(page, "home-exercise-own-five"))).toBeLessThanOrEqual(3);
});

test("a form that was begun before an update keeps what still fits, and says that something is missing", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await openCard(page, "Irja", "home-exercise");
  await page.getByRole("link", { name: "Tee kotiohjelma" }).click();
  await page.getByRole("button", { name: "Reipas kävely" }).click();
  await page.getByLabel("Sanat osallistujalle").fill("Ota sauvat.");
  await kept(page, "walk", "Ota sauvat.");
  // The program that kept the draft knew an exercise that is none any more.
  await page.evaluate(async () => {
    const name = (await indexedDB.databases()).map((found) => found.name ?? "").find((found) => found !== "virea-tablet");
    const database = await new Promise<IDBDatabase>((done) => {
      const request = indexedDB.open(name ?? "");
      request.onsuccess = () => done(request.result);
    });
    const drafts = database.transaction("drafts", "readwrite").objectStore("drafts");
    const asked = <T>(request: IDBRequest<T>) => new Promise<T>((done) => (request.onsuccess = () => done(request.result)));
    const key = (await asked(drafts.getAllKeys())).find((one) => String(one).startsWith("home/"))!;
    const row = new Uint8Array(await asked(drafts.get(key)));
    const [head, text] = [row.slice(0, 30), new TextDecoder().decode(row.slice(30))];
    const older = new TextEncoder().encode(text.replace('"typed":{"chosen":{', '"typed":{"chosen":{"handstand":{"exercise":"handstand"},'));
    await asked(drafts.put(new Uint8Array([...head, ...older]), key));
    database.close();
  });
  await page.reload();
  await expect(page.getByText("Osa täytetystä ei tullut mukaan.")).toBeVisible();
  await expect(page.getByText("1 liike valittu")).toBeVisible();
  await expect(page.getByLabel("Sanat osallistujalle")).toHaveValue("Ota sauvat.");
  await looked(page, "home-exercise-shortened");
  await page.getByRole("button", { name: "Sulje" }).click();
  await expect(page.getByText("Osa täytetystä ei tullut mukaan.")).toHaveCount(0);
});

test("a timer counts what is done by time, says when it is over, and is not there without a script", async ({ demo, browse }) => {
  const open = async (javaScriptEnabled: boolean) => {
    const page = await browse({ viewport: sizes.phone, javaScriptEnabled });
    if (javaScriptEnabled) {
      await page.clock.install();
      await page.addInitScript(() => {
        const [Usual, made] = [AudioContext, [] as boolean[]];
        const pressed = () => navigator.userActivation.isActive;
        const Counted = class extends Usual { constructor() { super(); made.push(pressed()); } };
        Object.assign(window, { AudioContext: Counted, made });
      });
    }
    await page.goto(`${demo.url}/own/sign-in`);
    await typeDemoCard(page);
    await page.getByRole("link", { name: "Kotiohjelmani" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kotiohjelmani");
    return page;
  };
  const page = await open(true);
  const timer = page.locator(".timer").first();
  const sounds = () => page.evaluate(() => (window as unknown as { made: boolean[] }).made);
  await timer.getByRole("button", { name: "Aloita ajastin: 10 sekuntia" }).click();
  await expect(timer.getByRole("timer")).toHaveText("10");
  expect(await sounds(), "made by the press: a browser refuses what is made later").toEqual([true]);
  await page.clock.runFor(4000);
  await expect(timer.getByRole("timer")).toHaveText("6");
  await picture(page, "home-exercise-timer");
  await timer.getByRole("button", { name: "Lopeta ajastin" }).click();
  await expect(timer.getByRole("timer")).toBeHidden();
  await timer.getByRole("button", { name: "Aloita ajastin: 10 sekuntia" }).click();
  await page.clock.runFor(10_500);
  await expect(timer).toContainText("Aika on täynnä. Hyvin tehty!");
  expect(await sounds(), "one for each press").toEqual([true, true]);
  await expect(page.locator(".timer").last()).toContainText("Aloita ajastin: 20 minuuttia");
  await expect((await open(false)).locator(".timer:visible")).toHaveCount(0);
});

test("every page of exercise at home passes axe, fits, and has targets that can be hit, in every language and light", async ({ demo, browse }) => {
  test.setTimeout(240_000);
  const page = await browse({ viewport: sizes.desk });
  await page.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(page);
  await expect(page.getByRole("link", { name: "Kotiohjelmani" })).toBeVisible();
  const walk = async (paths: string[], least: number, name: string) => {
    for (const path of paths) {
      await page.goto(demo.url + path);
      for (const language of ["sv", "en", "fi"]) {
        await page.locator(`button[name=lang][value=${language}]`).first().click();
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await accessibleInBothLooks(page);
      }
      await picture(page, `${name}${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "").replaceAll("/", "-")}`);
      await targetsAtEveryWidth(page, least);
    }
  };
  await walk(["/own/exercise", "/own/exercise/sheet"], LEAST, "home");
  const name = (await page.locator("h1").innerText()).replace(/^.*: /, "");
  await page.context().clearCookies();
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  await page.getByRole("searchbox").fill(name);
  await page.keyboard.press("Enter");
  await page.locator(".people__name", { hasText: name.split(" ").at(-1) }).first().click();
  await page.getByRole("link", { name: "Avaa kotiharjoittelu" }).click();
  const desk = new URL(page.url()).pathname;
  await walk([desk, `${desk}/sheet`], 44, "home-desk");
});

test("the programme is kept on one's own phone, read without network, and gone after the sign-out", async ({ demo, browse }) => {
  test.setTimeout(180_000);
  const page = await browse({ viewport: sizes.phone });
  await page.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(page);
  await page.goto(`${demo.url}/own/exercise`);
  await page.getByRole("button", { name: "Pidä tässä puhelimessa" }).click();
  await expect(page.getByText("Ohjelma on nyt tässä puhelimessa.")).toBeVisible();
  await accessible(page);
  await targetsAtEveryWidth(page, 64);
  await picture(page, "home-exercise-keep");
  const manifest = await page.request.get(demo.url + (await page.locator("link[rel=manifest]").getAttribute("href")));
  expect(await manifest.json()).toMatchObject({ start_url: "/own/start", lang: "fi", shortcuts: [{ name: "Kotiohjelmani", url: "/own/exercise" }] });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.context().setOffline(true);
  await page.goto(`${demo.url}/own/exercise`);
  await expect(page.getByText("Tämä sivu näkyy myös ilman verkkoa.")).toBeVisible();
  await expect(page.locator(".exercises__one").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Takaisin" }), "there is no other page without network").toHaveCount(0);
  await accessible(page);
  await picture(page, "home-exercise-kept-offline");
  // The installed program begins with it, too, and with the own page as soon as there is a network.
  await page.goto(`${demo.url}/own/start`);
  await expect(page.getByText("Tämä sivu näkyy myös ilman verkkoa.")).toBeVisible();
  await page.context().setOffline(false);
  await page.goto(`${demo.url}/own/start`);
  await expect(page).toHaveURL(`${demo.url}/own`);
  expect(await page.evaluate(() => caches.keys()), "what was kept stays").toContain("own-exercise");
  await page.goto(`${demo.url}/own`);
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByText("Olet kirjautunut ulos.")).toBeVisible();
  await expect.poll(() => page.evaluate(() => caches.keys())).not.toContain("own-exercise");
});
