// A cancelled session: the desk and the tablet, also without network, call those who have not said that they stay away.

import { accessible, accessibleInBothLooks, enterAs, expect, fits, picture, sizes, targetsAtEveryWidth, test } from "./support/journey";
import { awake, day, enter, furnish, openRoll, people, untilNext } from "./support/hall";

test("a coordinator cancels a session and calls down the list, without a script", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/groups`);
  const group = await page.locator("tbody a", { hasText: "tiistairyhmä" }).first().getAttribute("href");
  await page.goto(`${server.url}${group}/sessions/${day(untilNext())}`);
  await page.locator("summary", { hasText: "Peru tämä kerta" }).click();
  await page.getByLabel("Miksi kerta perutaan?").selectOption("sää");
  await page.getByRole("button", { name: "Peru tämä kerta" }).click();
  const calls = page.locator(".calls__one");
  await expect(calls).toHaveCount(people);
  await expect(page.getByText(`${people} henkilölle ei ole vielä soitettu.`)).toBeVisible();
  const kerttu = calls.filter({ hasText: "Kerttu" });
  await expect(kerttu.getByRole("link", { name: "040 123 4503" })).toHaveAttribute("href", "tel:0401234503");
  await kerttu.getByRole("button", { name: /^Ei tavoitettu: / }).click();
  await expect(page.getByText("Soitto on merkitty.")).toBeVisible();
  await kerttu.getByRole("button", { name: /^Soitettu: / }).click();
  await expect(kerttu).toHaveAttribute("data-done", "true");
  await expect(page.getByText(`${people - 1} henkilölle ei ole vielä soitettu.`)).toBeVisible();
  await picture(page, "calls-desk");
});

test("the list of calls at the desk fits every width and passes axe", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/groups`);
  const group = await page.locator("tbody a", { hasText: "tiistairyhmä" }).first().getAttribute("href");
  await page.goto(`${server.url}${group}/sessions/${day(untilNext())}`);
  await page.locator("summary", { hasText: "Peru tämä kerta" }).click();
  await page.getByLabel("Miksi kerta perutaan?").selectOption("sää");
  await page.getByRole("button", { name: "Peru tämä kerta" }).click();
  await accessibleInBothLooks(page);
  await targetsAtEveryWidth(page, 44);
  for (const width of [320, 820]) {
    await page.setViewportSize({ width, height: 1000 });
    await picture(page, `calls-desk-${width}`);
  }
});

test("an instructor cancels on the tablet and ticks calls without network", async ({ server, browse }) => {
  test.setTimeout(180_000);
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await page.getByRole("button", { name: "Merkitse kerta perutuksi" }).click();
  await page.getByRole("link", { name: "Avaa soittolista" }).click();
  const calls = page.locator(".calls__one");
  await expect(calls).toHaveCount(people);
  const kerttu = calls.filter({ hasText: "Kerttu" });
  await kerttu.getByRole("button", { name: "Ei tavoitettu" }).click();
  await expect(kerttu.getByRole("button", { name: "Ei tavoitettu" })).toHaveAttribute("aria-pressed", "true");
  await kerttu.getByRole("button", { name: "Soitettu" }).click();
  await expect(kerttu).toHaveAttribute("data-done", "true");
  await accessible(page);
  await fits(page);
  await picture(page, "calls-tablet");
  await page.reload();
  await awake(page);
  await expect(page.locator(".calls__one").filter({ hasText: "Kerttu" })).toHaveAttribute("data-done", "true");
  await server.start();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible({ timeout: 60_000 });
});
