// A substitute has the group on the days that the desk gives, and signs in where the instructor's sign-in has run out.

import type { Page } from "@playwright/test";
import { accessible, enterAs, expect, picture, type Profile, sizes, test, type Virea } from "./support/journey";
import { day, furnish, group, hire, instructor, openRoll, password, peer, row, today, written } from "./support/hall";

/** Who recorded the operations that were sent. */
const actors = (sent: string | null) => new Set([...(sent ?? "").matchAll(/actor\W+([0-9a-f-]{36})/g)].map((found) => found[1]));

/** The instructor's tablet, of which the server has forgotten the sign-in. */
async function expired(server: Virea, device: () => Profile): Promise<Page> {
  await furnish(server);
  const page = await device().open();
  await page.goto(`${server.url}/tablet`);
  await signIn(page, instructor);
  await expire(page);
  return page;
}

/** Signs in over what is open. */
async function signInAgain(page: Page, login: string): Promise<void> {
  await page.getByRole("link", { name: "Kirjaudu" }).click();
  await signIn(page, login);
}

/** Fills the sign-in that is shown. */
async function signIn(page: Page, login: string): Promise<void> {
  await page.getByLabel("Käyttäjätunnus").fill(login);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Kirjaudu" })).toHaveCount(0);
}

/** The server forgets this tablet's sign-in. */
async function expire(page: Page): Promise<void> {
  await page.context().clearCookies({ name: /sid/ });
  await page.reload();
  await expect(page.getByRole("link", { name: "Kirjaudu" })).toBeVisible();
}

test("a substitute who signs in over an expired sign-in records under their own name", async ({ server, device }) => {
  const page = await expired(server, device);
  await signInAgain(page, peer);
  await openRoll(page);
  const pushed = page.waitForRequest((request) => (request.postData() ?? "").includes("attendance.set"));
  await row(page, "Anja").locator(".roll-row__tap").click();
  const ofSubstitute = actors((await pushed).postData());
  await expect(row(page, "Anja")).toHaveAttribute("data-sync", "server");

  await page.goto(`${server.url}/tablet`);
  await expire(page);
  await signInAgain(page, instructor);
  await openRoll(page);
  await expect(row(page, "Anja")).toHaveAttribute("data-sync", "server");
  const again = page.waitForRequest((request) => (request.postData() ?? "").includes("attendance.set"));
  await row(page, "Raili").locator(".roll-row__tap").click();
  const ofInstructor = actors((await again).postData());
  expect(ofSubstitute.size).toBe(1);
  expect(ofInstructor.size).toBe(1);
  expect(ofInstructor).not.toEqual(ofSubstitute);
});

test("what the first person has not sent is told of to the substitute, and goes when they sign in again", async ({ server, device }) => {
  const page = await expired(server, device);
  // Between the answer to the sign-in and the change of hands the tablet may still send: here it cannot.
  const pushes = "**/api/sync/v1/push";
  await page.route(pushes, (route) => route.abort());
  await openRoll(page);
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toContainText("tabletilla");
  await signInAgain(page, peer);
  await page.unroute(pushes);

  await page.goto(`${server.url}/tablet/device`);
  const told = page.getByText(/Tällä tabletilla odottaa .* Outi Ohjaaja on tehnyt\./);
  await expect(told).toBeVisible();
  await accessible(page);
  await picture(page, "tablet-left");
  await expire(page);
  await signInAgain(page, instructor);

  await page.goto(`${server.url}/tablet/device`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(told).toHaveCount(0);
  await page.goto(`${server.url}/tablet`);
  await openRoll(page);
  await expect(row(page, "Anja")).toHaveAttribute("data-sync", "server");
});

test("a substitute sees the group on the given days alone", async ({ server, device }) => {
  await furnish(server);
  const sini = "sini.sijainen@example.fi";
  await hire(server, sini, "instructor", "Sini Sijainen");
  const [desk, tablet] = [await device({ viewport: sizes.desk }).open(), await device().open()];
  await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
  await desk.goto(`${server.url}/groups`);
  const href = await desk.locator("tbody").getByRole("link", { name: group }).getAttribute("href");
  const give = async (on: string) => {
    await desk.goto(`${server.url}${href}/staff`);
    const account = await desk.locator("option", { hasText: "Sini Sijainen" }).getAttribute("value");
    await desk.getByLabel("Kuka?").selectOption(account);
    await desk.getByLabel("Ensimmäinen päivä").fill(written(on));
    await desk.getByLabel("Viimeinen päivä").fill(written(on));
    await desk.getByRole("button", { name: "Lisää", exact: true }).click();
    await expect(desk.getByText("Ohjaaja on lisätty.")).toBeVisible();
  };
  const none = tablet.getByText("Sinulle ei ole vielä ryhmiä.");

  await give(day(1));
  await tablet.goto(`${server.url}/tablet`);
  await signIn(tablet, sini);
  await expect(none).toBeVisible();
  await expect(tablet.getByText(group)).toHaveCount(0);

  await give(today());
  await tablet.reload();
  await expect(tablet.locator(".hand__name")).toHaveText(group);
  await openRoll(tablet);
  await row(tablet, "Anja").locator(".roll-row__tap").click();
  await expect(row(tablet, "Anja")).toHaveAttribute("data-sync", "server");

  await desk.goto(`${server.url}${href}/staff`);
  const lines = desk.locator("li.row", { hasText: "Sini Sijainen" });
  await expect(lines).toHaveCount(2);
  await lines.filter({ hasText: written(today()) }).getByRole("button", { name: "Lopeta" }).click();
  await expect(lines).toHaveCount(1);
  await tablet.goto(`${server.url}/tablet`);
  await expect(none).toBeVisible({ timeout: 20_000 });
  await expect(tablet.getByText(group)).toHaveCount(0);
});
