// People at the desk: the table, one person with two records, and what two tablets say differently.

import { accessible, demoSignIn, enterAs, expect, picture, sizes, targetsAtEveryWidth, test, type Virea } from "./support/journey";
import { day, furnish, row, twoInRoll } from "./support/hall";

const coordinator = "kaisa.koordinaattori@example.fi";

/** Two records of one person, each in the group with days of its own. */
async function doubled(server: Virea) {
  const people = ["participant_ref;given_names;family_name;birth_date;phone", "D1;Irja;Kaksonen;8.3.1944;040 111 2222", "D2;IRJA;Kaksonen;8.3.1944;"];
  const stays = ["group_ref;participant_ref;joined_on", `G1;D1;${day(-30)}`];
  for (const [kind, text] of Object.entries({ participants: people, memberships: stays })) {
    const file = server.file(`double-${kind}.csv`, `${text.join("\n")}\n`);
    await server.must("import", "--municipality", "091", "--kind", kind, file);
  }
}

test("the table of people is narrowed, ordered and searched by links and plain forms, and Back leads to each", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(page, demo, "koordinaattori");
  // The day's groups stand in the upper half of the start page, under a strip of its picture.
  const today = await page.getByRole("main").getByRole("heading", { level: 2 }).first().boundingBox();
  expect(today?.y).toBeLessThan(sizes.desk.height / 2);
  await page.goto(`${demo.url}/people`);
  const names = page.locator(".people__name");
  const all = await names.count();
  const first = (await names.first().textContent()) ?? "";
  await page.getByRole("link", { name: "Ikä" }).click();
  await expect(page.getByRole("columnheader", { name: "Ikä" })).toHaveAttribute("aria-sort", "ascending");
  await page.locator("summary", { hasText: "Rajaa ja järjestä" }).click();
  const [todo, standing] = await Promise.all(["Tehtävää", "Mukanaolo"].map((label) => page.getByLabel(label).boundingBox()));
  expect(standing?.y, "what narrows stands beside each other").toBe(todo?.y);
  await page.getByLabel("Oma kieli").selectOption("ruotsi");
  await page.getByRole("button", { name: "Näytä", exact: true }).click();
  expect(await names.count()).toBeLessThan(all);
  await expect(page).toHaveURL(/language=sv/);
  await page.getByRole("link", { name: "Poista rajaus: ruotsi" }).click();
  await page.getByRole("searchbox").fill(first);
  await page.getByRole("button", { name: "Hae" }).click();
  await expect(names.first()).toHaveText(first);
  expect(page.url()).not.toContain(encodeURIComponent(first.split(" ")[0]));
  await names.first().click();
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue(first);
  await page.goBack();
  await expect(page).not.toHaveURL(/language=sv/);
});

test("a form that comes back has the focus on its first error, from where Enter leads to the field, without script", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people/new`);
  await page.getByLabel("Etunimet").fill("Irja");
  await page.getByLabel("Syntymäaika").fill("31.2.1944");
  await page.getByRole("button", { name: "Lisää osallistuja" }).click();
  await expect(page.getByRole("link", { name: "Kirjoita sukunimi" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Tätä päivää ei ole kalenterissa. Tarkista päivä ja kuukausi." })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Sukunimi")).toBeFocused();
  await expect(page.getByLabel("Etunimet")).toHaveValue("Irja");
});

test("two records of one person are merged, and taken apart again", async ({ server, browse }) => {
  await furnish(server);
  await doubled(server);
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", coordinator);
  await page.goto(`${server.url}/reviews`);
  const item = page.locator(".reviews > li", { hasText: "Kaksonen" });
  await expect(item.locator(".side")).toHaveCount(2);
  await accessible(page);
  await picture(page, "reviews-double");
  await targetsAtEveryWidth(page, 44);
  await item.locator(".side", { hasText: "040 111 2222" }).getByRole("button", { name: "Säilytä tämä" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Tietueet on yhdistetty" })).toBeVisible();
  await accessible(page);
  await page.goto(`${server.url}/people`);
  await expect(page.locator(".people__name", { hasText: /Kaksonen/i })).toHaveCount(1);
  await page.locator(".people__name", { hasText: "Kaksonen" }).click();
  await page.getByRole("button", { name: "Pura yhdistäminen" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Yhdistäminen on purettu" })).toBeVisible();
  await page.goto(`${server.url}/people`);
  await expect(page.locator(".people__name", { hasText: /Kaksonen/i })).toHaveCount(2);
});

test("what two tablets say differently stands side by side at the desk, and the chosen mark holds on both", async ({ server, browse }) => {
  const [one, other] = await twoInRoll(server, browse);
  await server.stop();
  await row(one, "Aino").locator(".roll-row__tap").click();
  await expect(row(one, "Aino")).toHaveAttribute("data-mark", "present");
  await row(other, "Aino").locator(".roll-row__more").click();
  await other.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(row(other, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await server.start();
  await expect(row(one, "Aino")).not.toHaveAttribute("data-sync", "here", { timeout: 60_000 });
  await expect(row(other, "Aino")).not.toHaveAttribute("data-sync", "here", { timeout: 60_000 });
  const desk = await browse({ viewport: sizes.desk });
  await enterAs(desk, server, "coordinator", coordinator);
  await expect(async () => {
    await desk.goto(`${server.url}/reviews`);
    await expect(desk.locator(".side")).toHaveCount(2, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await expect(desk.locator(".ways__count").first()).toContainText("1");
  await accessible(desk);
  await picture(desk, "reviews-contradiction");
  await desk.locator(".side", { hasText: "poissa, ilmoitti" }).getByRole("button", { name: "Tämä pitää paikkansa" }).click();
  await expect(desk.getByText("Ei ratkaistavaa")).toBeVisible();
  await expect(desk.locator(".ways__count")).toHaveCount(0);
  for (const page of [one, other]) {
    await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed", { timeout: 60_000 });
  }
});
