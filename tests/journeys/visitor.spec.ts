// The short registration tells each mistake as what it is, beside its field, and loses nothing that was typed.

import { accessible, expect, picture, sizes, test, type Virea } from "./support/journey";
import { day, enter, furnish, openRoll, peer, people, row } from "./support/hall";

const long = "Maria".repeat(41);
const unseen = "Hel\u{200b}mi";

const words = {
  fi: {
    tooLong: "Lyhennä enintään 200 merkkiin",
    unseen: "Kentässä on merkki, jota ei näy. Tyhjennä kenttä ja kirjoita uudelleen",
    year: "Vuoden on oltava 1900–",
    submit: "Lisää ryhmään",
  },
  sv: {
    tooLong: "Korta till högst 200 tecken",
    unseen: "Fältet innehåller ett tecken som inte syns. Töm fältet och skriv på nytt",
    year: "Året ska vara 1900–",
    submit: "Lägg till i gruppen",
  },
} as const;

for (const [look, shape] of Object.entries({
  tablet: { viewport: sizes.tablet, colorScheme: "light" },
  phone: { viewport: sizes.phone, colorScheme: "dark" },
} as const)) {
  test(`a visitor's name and year that cannot be are told as what they are, on a ${look}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse(shape);
    await enter(page, server);
    await openRoll(page);
    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    for (const say of [words.fi, words.sv]) {
      if (say === words.sv) {
        const form = page.url();
        await page.goto(`${server.url}/tablet/me`);
        await page.getByRole("button", { name: "Svenska" }).click();
        await page.goto(form);
      }
      await page.locator("#given").fill(long);
      await page.locator("#family").fill(unseen);
      await page.locator("#birth-year").fill("1800");
      await page.getByRole("button", { name: say.submit }).click();
      await expect(page.locator("#given-wrong")).toHaveText(say.tooLong);
      await expect(page.locator("#family-wrong")).toHaveText(say.unseen);
      await expect(page.locator("#birth-year-wrong")).toContainText(say.year);
      await expect(page.locator("#given")).toBeFocused();
      await expect(page.locator("#given")).toHaveValue(long);
      await expect(page.locator("#family")).toHaveValue(unseen);
      await expect(page.locator("#birth-year")).toHaveValue("1800");
      await accessible(page);
      await picture(page, `visitor-${look}-${say === words.fi ? "fi" : "sv"}`);
    }
    await page.locator("#given").fill("Helvi");
    await page.locator("#family").fill("Uusi");
    await page.locator("#birth-year").fill("1944");
    await page.getByRole("button", { name: words.sv.submit }).click();
    await expect(row(page, "Helvi")).toHaveAttribute("data-mark", "present");
  });
}

test("two taps on one person are one entry that waits", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  // The session itself is on the server before it stops.
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toHaveAttribute("data-sync", "server");
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await server.stop();
  await row(page, "Aino").locator(".roll-row__tap").click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "present");
  await row(page, "Aino").locator(".roll-row__more").click();
  await page.getByRole("button", { name: "poissa, ilmoitti" }).click();
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await page.getByRole("link", { name: "1 merkintä odottaa lähetystä" }).click();
  await expect(page.locator(".row")).toHaveCount(1);
  await expect(page.locator(".row")).toContainText("läsnäolo: Aino");
});

test("what breaks a rule is told as that, with its field, and is not offered for another try", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  // A slip of the hand that an address can hold: before the programme's time.
  await page.goto(page.url().replace(/\d{4}-\d\d-\d\d$/, "1985-09-10"));
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").fill("Helvi");
  await page.locator("#birth-year").fill("1944");
  await page.getByRole("button", { name: words.fi.submit }).click();
  await expect(page.getByRole("alert")).toContainText("tiedoissa on virhe. Tarkista ja kirjaa uudelleen. Virhe kohdassa: päivä.");
  await expect(page.getByRole("alert").getByRole("button", { name: "Yritä uudelleen" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  await accessible(page);
  await picture(page, "refused-fi");
  await page.getByRole("alert").getByRole("button", { name: "Sulje" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  // What was typed is still there.
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await expect(page.locator("#given")).toHaveValue("Helvi");
});

/** Two people of the instructor's other group. */
async function neighbours(server: Virea) {
  const files = {
    participants: "participant_ref;given_names;family_name;called_name;birth_date\nX1;Hilma Maria;Seppälä;Hilma;5.5.1943\n",
    memberships: `group_ref;participant_ref;joined_on\nG2;X1;${day(-30)}\n`,
  };
  for (const [kind, text] of Object.entries(files)) {
    await server.must("import", "--municipality", "091", "--kind", kind, server.file(`next-${kind}.csv`, text));
  }
}

test("somebody of another group is found while the name is typed, and joins by one tap, without network", async ({ server, browse }) => {
  await furnish(server);
  await neighbours(server);
  const page = await browse({ viewport: sizes.phone });
  await enter(page, server);
  await openRoll(page);
  await server.stop();
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  // What is found moves nothing: a finger on its way to the year hits the year.
  const places = async () => [await page.locator("#given").boundingBox(), await page.locator("#birth-year").boundingBox()];
  const before = await places();
  await page.locator("#given").pressSequentially("hilm");
  await expect(page.getByRole("button", { name: /Hilma/ })).toContainText("Lehdon torstairyhmä");
  expect(await places()).toEqual(before);
  await accessible(page);
  await picture(page, "visitor-known");
  await page.getByRole("button", { name: /Hilma/ }).click();
  await expect(row(page, "Hilma")).toHaveAttribute("data-mark", "present");
  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeAttached();
  const stays = await server.must("export", "--municipality", "091", "--kind", "memberships");
  expect(stays.split("\n").filter((line) => line.includes("X1"))).toHaveLength(2);
  const persons = await server.must("export", "--municipality", "091", "--kind", "participants");
  expect(persons.split("\n").filter((line) => line.includes("Hilma"))).toHaveLength(1);
});

test("a probable duplicate is asked about, by name and year alone", async ({ server, browse }) => {
  await furnish(server);
  await neighbours(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const begin = async () => {
    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    await page.locator("#given").fill("Hilma");
    // A whole date of birth where a year is asked.
    await page.locator("#birth-year").fill("5.5.1943");
    await page.getByRole("button", { name: words.fi.submit }).click();
    return page.getByRole("dialog", { name: "Onko tämä sama henkilö?" });
  };
  const asked = await begin();
  await expect(asked).toContainText("Hilma Seppälä");
  await accessible(page);
  await picture(page, "visitor-alike");
  await asked.getByRole("button", { name: /sama henkilö/ }).click();
  await expect(row(page, "Hilma")).toHaveAttribute("data-mark", "present");
  await expect(page.locator(".roll-row")).toHaveCount(people + 1);
  await (await begin()).getByRole("button", { name: "Eri henkilö, lisää uutena" }).click();
  await expect(page.locator(".roll-row")).toHaveCount(people + 2);
});

/** How high a keyboard is, of which screen. */
const keyboards = {
  phone: { viewport: sizes.phone, keyboard: 344 },
  "tablet on its side": { viewport: { width: 1180, height: 820 }, keyboard: 400 },
} as const;

for (const [name, { viewport, keyboard }] of Object.entries(keyboards)) {
  test(`the two fields and the button stand above the keyboard of a ${name}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ viewport });
    await enter(page, server);
    await openRoll(page);
    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    await page.locator("#given").fill("Q");
    const box = await page.getByRole("button", { name: words.fi.submit }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height - keyboard);
    await accessible(page);
    await picture(page, `visitor-${name.replaceAll(" ", "-")}`);
  });
}

test("a visitor's details are completed later on the tablet", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").fill("Hilkka");
  await page.locator("#birth-year").fill("1944");
  await page.getByRole("button", { name: words.fi.submit }).click();
  await row(page, "Hilkka").locator(".roll-row__more").click();
  await page.getByRole("link", { name: "Avaa henkilön kortti" }).click();
  await page.getByRole("link", { name: "Täydennä rekisteröinti" }).click();
  await page.getByRole("link", { name: /Nimi ja syntymäaika/ }).click();
  await page.locator("#family").fill("Seppälä");
  await page.locator("#birth-year").fill("5.5.1944");
  await page.getByRole("button", { name: "Tallenna ja jatka" }).click();
  await page.locator("#phone").fill("040 123 999");
  await accessible(page);
  await picture(page, "visitor-complete");
  await page.getByRole("button", { name: "Tallenna ja jatka" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Hätäyhteys" })).toBeVisible();
  await page.getByRole("button", { name: "Takaisin" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rekisteröinti" })).toBeVisible();
  // The button of the next view stands in the same place, where a second tap counts a little later.
  await page.waitForTimeout(400);
  await page.getByRole("button", { name: "Takaisin" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Hilkka Seppälä" })).toBeVisible();
  await expect(page.locator("main a[href='tel:040123999']")).toBeVisible();
  await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  const persons = await server.must("export", "--municipality", "091", "--kind", "participants");
  expect(persons.split("\n").find((line) => line.includes("Hilkka"))).toMatch(/Seppälä.*1944-05-05.*040123999/);
});

test("a peer instructor finds a person of the group's neighbours only where the tablet knows them", async ({ server, browse }) => {
  await furnish(server);
  await neighbours(server);
  const page = await browse();
  await enter(page, server, peer);
  await openRoll(page);
  await page.getByRole("link", { name: "Uusi kävijä" }).click();
  await page.locator("#given").pressSequentially("hilma");
  await expect(page.getByRole("button", { name: /Hilma/ })).toHaveCount(0);
  await page.locator("#given").fill("kert");
  await expect(page.getByRole("button", { name: /Kerttu/ })).toBeVisible();
  expect(await page.locator("main").innerText()).not.toMatch(/19[34]\d[^.]/);
});

test("somebody of a group that the instructor does not lead is asked about and comes in as the same person", async ({ server, browse }) => {
  await furnish(server);
  const files = {
    participants: "participant_ref;given_names;family_name;called_name;birth_date\nX7;Taimi Maria;Ketola;Taimi;5.5.1943\n",
    groups: "group_ref;name;kind;provider;place;weekday;starts_at;minutes;capacity;season_start;season_end\n" +
      `G7;Harjun ryhmä;outdoor;;Harju;3;10:00;60;20;${day(-60)};${day(60)}\n`,
    memberships: `group_ref;participant_ref;joined_on\nG7;X7;${day(-30)}\n`,
  };
  for (const kind of ["participants", "groups", "memberships"] as const) {
    await server.must("import", "--municipality", "091", "--kind", kind, server.file(`far-${kind}.csv`, files[kind]));
  }
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const begin = async (family: string) => {
    await page.getByRole("link", { name: "Uusi kävijä" }).click();
    await page.locator("#given").fill("Taimi");
    await page.locator("#birth-year").fill("1943");
    await page.locator("#family").fill(family);
    await page.getByRole("button", { name: words.fi.submit }).click();
  };
  await begin("Ketola");
  const asked = page.getByRole("dialog", { name: "Onko hän jo mukana ohjelmassa?" });
  await expect(asked).toContainText("Taimi K. (s. 1943)");
  await expect(asked).not.toContainText("Harjun");
  await accessible(page);
  await picture(page, "visitor-elsewhere");
  await asked.getByRole("button", { name: /kyllä, sama henkilö/ }).click();
  await expect(row(page, "Taimi")).toHaveAttribute("data-mark", "present");
  await expect(page.locator(".roll-row")).toHaveCount(people + 1);
  // Without a connection nobody waits: it is a new person, as ever.
  await server.stop();
  await begin("Toinen");
  await expect(page.locator(".roll-row")).toHaveCount(people + 2);
});
