// A cancelled session is told by the way that people chose: what is sent lies in a folder here, whoever chose nothing is
// on the list of calls, and the desk sees who was told.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { accessible, accessibleInBothLooks, enterAs, expect, picture, sizes, targetsAtEveryWidth, test, typeCard, typeDemoCard } from "./support/journey";
import { day, enter, furnish, group, openRoll, people, today, weekdayOfToday } from "./support/hall";

const address = "k.makela@posti.example";

/** The messages in the folder. */
function sent(sink: string): string[] {
  return existsSync(sink) ? readdirSync(sink).map((name) => readFileSync(join(sink, name), "utf8")) : [];
}

async function sessionOfToday(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/groups`);
  const link = await page.locator("tbody a", { hasText: "tiistairyhmä" }).first().getAttribute("href");
  return `${url}${link}/sessions/${today()}`;
}

test("what is cancelled in the hall without network is sent to whoever chose it, and the others are called", async ({ server, browse }) => {
  test.setTimeout(240_000);
  await furnish(server);
  // Today's session is still to come, whenever this runs.
  const late = `group_ref;name;kind;provider;place;weekday;starts_at;minutes;capacity;season_start;season_end\nG1;${group};strength_balance;;Koskelan sali;${weekdayOfToday()};23:59;60;20;${day(-60)};${day(60)}\n`;
  await server.must("import", "--municipality", "091", "--kind", "groups", server.file("late.csv", late));
  const sink = join(server.folder, "sent");
  await server.stop("SIGTERM");
  await server.start({ VIREA_MESSAGE_SINK: sink });

  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await desk.getByRole("link", { name: /Kerttu/ }).first().click();
  await desk.getByRole("link", { name: "Viestit", exact: true }).click();
  await desk.locator(".choice", { hasText: "sähköposti" }).click();
  await desk.getByRole("button", { name: "Tallenna valinta" }).click();
  await expect(desk).toHaveTitle(/^Virhe:/);
  await accessibleInBothLooks(desk);
  await expect(desk.locator("input[name=channel][value=email]")).toBeChecked();
  await desk.locator("input[name=address]").fill(address);
  await desk.getByRole("button", { name: "Tallenna valinta" }).click();
  await expect(desk.getByText("Valinta on tallennettu.")).toBeVisible();
  await picture(desk, "messages-desk");

  const tablet = await browse();
  await enter(tablet, server);
  await openRoll(tablet);
  await server.stop();
  await tablet.getByRole("button", { name: "Päätä kerta" }).click();
  await tablet.getByRole("button", { name: "Merkitse kerta perutuksi" }).click();
  await tablet.getByRole("link", { name: "Avaa soittolista" }).click();
  await expect(tablet.getByText("Tabletti saa siitä tiedon verkon kautta.")).toBeVisible();
  expect(sent(sink)).toEqual([]);
  await server.start({ VIREA_MESSAGE_SINK: sink });
  await expect(tablet.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => sent(sink).length, { timeout: 60_000 }).toBe(1);
  const [message = ""] = sent(sink);
  for (const told of [`To: ${address}`, "Koskela: Kerta on peruttu", "klo 23.59", "Koskelan sali"]) expect(message).toContain(told);
  for (const hidden of ["Kerttu", group]) expect(message).not.toContain(hidden);

  await desk.goto(await sessionOfToday(desk, server.url));
  await expect(desk.locator("#told tbody tr")).toHaveCount(1);
  await expect(desk.locator("#told")).toContainText("Kerttu");
  await expect(desk.locator("#told")).toContainText("Lähetetty");
  await expect(desk.locator(".calls__one")).toHaveCount(people - 1);
  await expect(desk.locator(".calls__one", { hasText: "Kerttu" })).toHaveCount(0);
  await accessibleInBothLooks(desk);
  await targetsAtEveryWidth(desk, 44);
  await picture(desk, "messages-told");
  await desk.getByRole("button", { name: /^Palauta/ }).click();
  await expect.poll(() => sent(sink).length, { timeout: 60_000 }).toBe(2);
  expect(sent(sink).some((text) => text.includes("sittenkin"))).toBe(true);
});

for (const scripts of [false, true]) test(`on the own page each way is one press, ${scripts ? "and the page passes axe" : "without a script"}`, async ({ demo, browse }) => {
  const phone = await browse({ viewport: sizes.phone, javaScriptEnabled: scripts });
  await phone.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(phone);
  await phone.getByRole("link", { name: "Viestit perutuista kerroista" }).click();
  await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Miten kerromme perutusta kerrasta?");
  const mail = phone.locator("form", { has: phone.locator("input[name=channel][value=email]") });
  await mail.locator("input[name=address]").fill("aino");
  await mail.getByRole("button").click();
  await expect(phone).toHaveTitle(/^Virhe:/);
  // What looks at a page is a script itself.
  if (scripts) await accessible(phone);
  await picture(phone, "own-messages-error");
  await mail.locator("input[name=address]").fill("aino.aho@posti.example");
  await mail.getByRole("button").click();
  await expect(phone.getByText("Tallennettu. Kerromme jatkossa näin.")).toBeVisible();
  await expect(phone.getByText("a…@posti.example")).toBeVisible();
  if (scripts) await targetsAtEveryWidth(phone, 64);
  await picture(phone, "own-messages");
  await phone.getByRole("button", { name: "Soittakaa minulle" }).click();
  await expect(phone.getByText("Kun kerta perutaan, soitamme sinulle.")).toBeVisible();
  if (scripts) await accessible(phone);
});

/** The browser says yes and names a service, which nobody asks: of the demonstration everything lies in its folder. */
function takesNotifications(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    Notification.requestPermission = async () => "granted";
    PushManager.prototype.subscribe = async () => ({ endpoint: "https://web.push.apple.com/test" }) as PushSubscription;
  });
}

test("notifications are switched on at one's own phone, which keeps what they say, and end with the sign-out", async ({ demo, browse }) => {
  test.setTimeout(120_000);
  const page = await browse({ viewport: sizes.phone });
  await takesNotifications(page);
  await page.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(page);
  await expect(page.getByRole("button", { name: "Kirjaudu ulos" })).toBeVisible();
  await page.goto(`${demo.url}/own/messages`);
  const button = page.getByRole("button", { name: "Ilmoitukset tähän puhelimeen" });
  await expect(button).toBeVisible();
  await accessible(page);
  await targetsAtEveryWidth(page, 64);
  await button.click();
  await expect(page.getByText("Kun kerta perutaan, kerromme ilmoituksella puhelimessa.")).toBeVisible();
  const words = () => page.evaluate(async () => (await (await caches.open("own-push")).match("/own/push"))?.json());
  expect(await words()).toEqual({ body: "Kerrassa on muutos. Avaa Vireä.", language: "fi" });
  // A bookmark of the door leads whoever is signed in past it, and ends nothing.
  await page.goto(`${demo.url}/own/sign-in`);
  await expect(page.getByRole("button", { name: "Kirjaudu ulos" })).toBeVisible();
  expect(await words()).toBeDefined();
  await page.goto(`${demo.url}/own`);
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByText("Olet kirjautunut ulos.")).toBeVisible();
  await expect.poll(() => page.evaluate(() => caches.keys())).not.toContain("own-push");
});

test("a relative switches notifications on at their own phone, whose worker looks after them below /own, and they end with the sign-out", async ({ demo, browse }) => {
  const phone = await browse({ viewport: sizes.phone });
  await phone.goto(`${demo.url}/own/sign-in`);
  await typeDemoCard(phone);
  await expect(phone.getByRole("button", { name: "Kirjaudu ulos" })).toBeVisible();
  await phone.goto(`${demo.url}/own/relatives/new`);
  await phone.getByLabel("Läheisen nimi").fill("Liisa");
  await phone.getByLabel("Kuka hän on sinulle?").fill("tytär");
  await phone.getByRole("button", { name: "Jatka" }).click();
  await phone.getByRole("checkbox", { name: "Näkee, jos ryhmän kerta perutaan." }).check();
  await phone.getByRole("button", { name: "Jatka" }).click();
  await phone.getByRole("radio", { name: "Kolmen kuukauden kuluttua" }).check();
  await phone.getByRole("button", { name: "Anna lupa ja tee kortti" }).click();
  await expect(phone.locator(".personal-card__number")).toHaveCount(2);
  const [number, pin] = await phone.locator(".personal-card__number").allInnerTexts();

  const page = await browse({ viewport: sizes.phone });
  await takesNotifications(page);
  await page.goto(`${demo.url}/own/sign-in`);
  await typeCard(page, number, pin);
  await page.getByRole("link", { name: "Viestit perutuista kerroista" }).click();
  const button = page.getByRole("button", { name: "Ilmoitukset tähän puhelimeen" });
  await expect(button).toBeVisible();
  await accessible(page);
  await targetsAtEveryWidth(page, 64);
  await picture(page, "kin-messages");
  await button.click();
  await expect(page.getByText("Kun kerta perutaan, kerromme ilmoituksella puhelimessa.")).toBeVisible();
  const words = () => page.evaluate(async () => (await (await caches.open("own-push")).match("/own/push"))?.json());
  expect(await words()).toEqual({ body: "Kerrassa on muutos. Avaa Vireä.", language: "fi" });
  // Where a tap leads.
  await page.goto(`${demo.url}/own`);
  await expect(page).toHaveURL(/\/kin\/[0-9a-f-]+$/);
  expect(await words()).toBeDefined();
  await page.getByRole("button", { name: "Kirjaudu ulos" }).click();
  await expect(page.getByText("Olet kirjautunut ulos.")).toBeVisible();
  await expect.poll(() => page.evaluate(() => caches.keys())).not.toContain("own-push");
});
