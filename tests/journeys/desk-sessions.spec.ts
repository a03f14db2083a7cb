// The coordinator's desk without script: a session is opened and mended, a substitute is given, a group goes on.

import { accessible, enterAs, expect, picture, sizes, test } from "./support/journey";
import { furnish, group } from "./support/hall";

const desk = { viewport: sizes.desk, javaScriptEnabled: false };

test("a coordinator mends a past session, cancels a coming one and restores it, without script", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse(desk);
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/groups`);
  await page.locator("tbody a").first().click();
  const past = page.locator("section", { has: page.getByRole("heading", { name: "Menneet kerrat" }) });
  await past.locator("tbody tr", { hasText: "pidetty" }).first().getByRole("link").click();
  await picture(page, "session-past");
  const row = page.locator("tbody tr", { hasText: "poissa, ei ilmoitusta" }).first();
  const name = (await row.getByRole("link").innerText()).trim();
  await row.locator("summary").click();
  const form = row.locator("form");
  await form.getByRole("button", { name: "Tallenna merkintä" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await picture(page, "session-mark-error");
  const again = page.locator("tbody tr", { hasText: name }).locator("form");
  await again.getByLabel("Uusi merkintä").selectOption("poissa, ilmoitti");
  await again.getByLabel("Miksi merkintä muuttuu?").selectOption("tieto tuli myöhemmin");
  await again.getByRole("button", { name: "Tallenna merkintä" }).click();
  await expect(page.getByText("Merkintä on tallennettu.")).toBeVisible();
  await expect(page.locator("tbody tr", { hasText: name })).toContainText("poissa, ilmoitti");
  await expect(page.locator(".history")).toContainText("tieto tuli myöhemmin");
  await page.getByRole("link", { name: "Kaikki kerrat" }).click();
  await picture(page, "session-list");
  await page.locator("section", { has: page.getByRole("heading", { name: "Tulossa" }) }).locator("tbody a").last().click();
  await page.locator("summary", { hasText: "Peru tämä kerta" }).click();
  await page.getByLabel("Miksi kerta perutaan?").selectOption("sää");
  await page.getByRole("button", { name: "Peru tämä kerta" }).click();
  await expect(page.getByText("Tämä kerta on peruttu.")).toBeVisible();
  await picture(page, "session-cancelled");
  await page.getByRole("button", { name: "Palauta kerta" }).click();
  await expect(page.getByText("Kerta on palautettu.")).toBeVisible();
});

test("a group's time changes within the season from the day that is asked for", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/groups`);
  await page.locator("tbody").getByRole("link", { name: group }).click();
  const past = page.locator("section", { has: page.getByRole("heading", { name: "Menneet kerrat" }) }).locator("tbody tr");
  const were = await past.allInnerTexts();
  expect(were.length).toBeGreaterThan(1);
  await page.getByRole("link", { name: "Muokkaa ryhmän tietoja" }).click();
  const since = page.getByLabel("Mistä päivästä muutos on voimassa?");
  await expect(since).toHaveCount(0);
  await page.getByLabel("Alkaa kello").fill("9.15");
  await page.getByRole("button", { name: "Tallenna ryhmän tiedot" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await expect(since).toHaveValue(/^\d+\.\d+\.\d{4}$/);
  await accessible(page);
  await picture(page, "group-since-when");
  await page.getByRole("button", { name: "Tallenna ryhmän tiedot" }).click();
  await expect(page.getByText("Ryhmän tiedot on tallennettu.")).toBeVisible();
  expect(await past.allInnerTexts(), "what was planned before, marked or not").toEqual(were);
  const coming = page.locator("section", { has: page.getByRole("heading", { name: "Tulossa" }) });
  await expect(coming.locator("li").last()).toContainText("9.15");
  await picture(page, "group-changed");
});

test("the pages of sessions, leaders, seasons and the week fit every width and pass axe", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/groups`);
  const group = await page.locator("tbody a").first().getAttribute("href");
  await page.goto(`${server.url}${group}/sessions`);
  const session = await page.locator("tbody a").last().getAttribute("href");
  for (const [name, path] of Object.entries({
    group: group ?? "", sessions: `${group}/sessions`, session: session ?? "", roll: `${group}/roll`,
    staff: `${group}/staff`, copy: `${group}/copy`, week: "/week",
  })) {
    await page.goto(server.url + path);
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await picture(page, `desk-${name}-${size}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(over, `${path} at ${size}`).toBeLessThanOrEqual(0);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page);
    await picture(page, `desk-${name}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(sizes.desk);
  }
});
