// What people are called where two share a name or one has a single name: on rows, sheets, cards, lists and in what is
// said after a tap, alike for the hall and the desk.

import { accessible, enterAs, expect, picture, test, type Virea } from "./support/journey";
import { awake, day, enter, furnish, group, openRoll, peer, people, row } from "./support/hall";
import type { Page } from "@playwright/test";

/** Adds people to the instructor's group: reference, given names, family name, called name, birth date. */
async function add(server: Virea, ...persons: string[][]) {
  const lines = ["participant_ref;given_names;family_name;called_name;birth_date", ...persons.map((one) => one.join(";"))];
  const stays = ["group_ref;participant_ref;joined_on", ...persons.map(([ref]) => `G1;${ref};${day(-30)}`)];
  for (const [kind, text] of Object.entries({ participants: lines, memberships: stays })) {
    const file = server.file(`more-${kind}.csv`, `${text.join("\n")}\n`);
    await server.must("import", "--municipality", "091", "--kind", kind, file);
  }
}

const escaped = (name: string) => name.replace(/[()]/g, "\\$&");

/** Marks by a tap and gives what is said of it. */
async function tapped(page: Page, name: string): Promise<string> {
  await row(page, escaped(name)).locator(".roll-row__tap").click();
  await expect(row(page, escaped(name))).toHaveAttribute("data-mark", "present");
  await expect(page.locator(".undo-bar")).toContainText(name);
  return page.locator(".undo-bar").innerText();
}

test("a person with one name has a row, initials, buttons and a card of that name", async ({ server, browse }) => {
  await furnish(server);
  await add(server, ["X1", "", "Suharto", "", "1.1.1944"]);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const one = row(page, "Suharto");
  await expect(one.locator(".roll-row__initials")).toHaveText("S");
  await expect(one.getByRole("button", { name: "Suharto: muu merkintä" })).toBeVisible();
  expect(await tapped(page, "Suharto")).toContain("Suharto: paikalla");
  await page.getByRole("searchbox").fill("suh");
  await expect(page.locator(".roll-row__name")).toHaveText(["Suharto"]);
  await one.locator(".roll-row__more").click();
  await expect(page.getByRole("dialog", { name: "Merkitse: Suharto" })).toBeVisible();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Suharto", exact: true })).toBeVisible();
  await accessible(page);

  const desk = await browse();
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/people`);
  await expect(desk.locator(".people__name", { hasText: /^Suharto$/ })).toBeVisible();
});

test("the year of birth stands with two of one name wherever they are named", async ({ server, browse }) => {
  await furnish(server);
  await add(server, ["X3", "Marja", "Virtanen", "", "5.5.1939"]);
  const [older, younger] = ["Marja Virtanen (s. 1939)", "Marja Virtanen (s. 1940)"];
  const page = await browse();
  await enter(page, server);
  await server.stop();
  await openRoll(page);
  await expect(row(page, escaped(older))).toBeVisible();
  await expect(row(page, escaped(younger))).toBeVisible();
  // Where the family name is enough, no year stands.
  await expect(row(page, "Marja Vaara")).toBeVisible();
  expect(await tapped(page, older)).toContain(`${older}: paikalla`);
  await accessible(page);
  await picture(page, "tablet-namesakes");

  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await expect(page.getByRole("dialog").getByText(younger)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Sulje" }).click();
  await page.getByLabel("Järjestys").selectOption("tavallinen paikka");
  await page.getByRole("button", { name: "Anna paikat" }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: older })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Valmis" }).click();

  await page.getByRole("link", { name: /odottaa/ }).click();
  await expect(page.locator(".row__name", { hasText: `läsnäolo: ${older}` })).toBeVisible();
  await page.goBack();
  await awake(page);
  await row(page, escaped(younger)).locator(".roll-row__more").click();
  await expect(page.getByRole("dialog", { name: `Merkitse: ${younger}` })).toBeVisible();
  await page.getByRole("link", { name: "Mittaa" }).click();
  await expect(page.getByRole("heading", { level: 1, name: younger })).toBeVisible();
  await page.goBack();
  await awake(page);
  await row(page, escaped(younger)).locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await expect(page.getByRole("heading", { level: 1, name: younger })).toBeVisible();

  await server.start();
  const desk = await browse();
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  await desk.goto(`${server.url}/groups`);
  await desk.getByRole("link", { name: group }).click();
  await expect(desk.locator(".row__name", { hasText: "Virtanen Marja (s. 1939)" })).toBeVisible();
  await expect(desk.locator(".row__name", { hasText: "Virtanen Marja (s. 1940)" })).toBeVisible();
  await expect(desk.locator(".row__name", { hasText: "Vaara Marja" })).toHaveText("Vaara Marja");
});

test("a peer instructor tells namesakes apart by names and numbers, and sees no year of birth", async ({ server, browse }) => {
  await furnish(server);
  await add(server, ["X3", "Marja Liisa", "Virtanen", "Marja", "5.5.1939"], ["X4", "Åke", "Åberg", "", "5.5.1938"]);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await expect(page.locator(".roll-row")).toHaveCount(people + 2);
  await expect(row(page, "Marja Virtanen")).toBeVisible();
  await expect(row(page, "Marja Liisa Virtanen")).toBeVisible();
  // Of two who share every name the first to join is the first.
  await expect(row(page, escaped("Åke Åberg (1)"))).toBeVisible();
  await expect(row(page, escaped("Åke Åberg (2)"))).toBeVisible();
  expect(await page.locator("body").innerText()).not.toMatch(/19[34]\d/);
  // The year that the peer writes of a visitor is not shown afterwards either.
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.getByLabel("Etunimi tai kutsumanimi").fill("Helmi");
  await page.getByLabel("Syntymävuosi").fill("1941");
  await page.getByRole("button", { name: "Lisää ryhmään" }).click();
  await expect(row(page, "Helmi")).toHaveAttribute("data-mark", "present");
  await expect(row(page, "Helmi K\\.")).toBeVisible();
  expect(await page.locator("main").innerText()).not.toMatch(/19[34]\d/);
});
