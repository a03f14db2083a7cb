// A shared tablet: a substitute signs in where the instructor's sign-in has run out.

import { expect, test } from "./support/journey";
import { furnish, instructor, openRoll, password, peer, row } from "./support/hall";

/** Who recorded the operations that were sent. */
const actors = (sent: string | null) => new Set([...(sent ?? "").matchAll(/actor\W+([0-9a-f-]{36})/g)].map((found) => found[1]));

test("a substitute who signs in over an expired sign-in records under their own name", async ({ server, device }) => {
  await furnish(server);
  const page = await device().open();
  const signIn = async (login: string) => {
    await page.getByLabel("Käyttäjätunnus").fill(login);
    await page.getByLabel("Salasana").fill(password);
    await page.getByRole("button", { name: "Kirjaudu" }).click();
    await expect(page.getByRole("heading", { name: "Tänään" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Kirjaudu" })).toHaveCount(0);
  };
  const expire = async () => {
    await page.context().clearCookies({ name: /sid/ });
    await page.reload();
    await page.getByRole("link", { name: "Kirjaudu" }).click();
  };
  await page.goto(`${server.url}/tablet`);
  await signIn(instructor);
  await expire();
  await signIn(peer);
  await openRoll(page);
  const pushed = page.waitForRequest((request) => (request.postData() ?? "").includes("attendance.set"));
  await row(page, "Anja").locator(".roll-row__tap").click();
  const ofSubstitute = actors((await pushed).postData());
  await expect(row(page, "Anja")).toContainText("palvelimella");

  await page.goto(`${server.url}/tablet`);
  await expire();
  await signIn(instructor);
  await openRoll(page);
  await expect(row(page, "Anja")).toContainText("palvelimella");
  const again = page.waitForRequest((request) => (request.postData() ?? "").includes("attendance.set"));
  await row(page, "Raili").locator(".roll-row__tap").click();
  const ofInstructor = actors((await again).postData());
  expect(ofSubstitute.size).toBe(1);
  expect(ofInstructor.size).toBe(1);
  expect(ofInstructor).not.toEqual(ofSubstitute);
});
