// Files at the desk: what is wrong with one is told row by row, a sound one shows what it would change, and nothing
// happens before somebody says so. Without a script.

import { accessible, enterAs, expect, picture, signIn, targetsAtEveryWidth, test, sizes } from "./support/journey";
import type { Page } from "@playwright/test";
import { spreadsheet } from "./support/spreadsheet";

const header = "participant_ref;given_names;family_name;called_name;birth_date;sex;language;phone;postal_code;living_alone;education;income_ok;referral_source;applied_on;decision;health_consent_on";

/** Thirty rows with a mistake each, no two alike in kind and column. */
const wrong = [
  ";Aino;Aalto;;;;;;;;;;;;;", "v2;Aino;Aalto;#REF!;;;;;;;;;;;;", "v3;Aino;Err:502;;;;;;;;;;;;;", "v4;Aino;Aalto;;eilen;;;;;;;;;;;",
  "v5;Aino;Aalto;;30.2.1944;;;;;;;;;;;", "v6;Aino;Aalto;;1.1.1850;;;;;;;;;;;", "v7;Aino;Aalto;;16139;;;;;;;;;;;",
  "v8;Aino;Aalto;;1.1.2099;;;;;;;;;;;", "v9;Aino;Aalto;;;nainen;;;;;;;;;;", "v10;Aino;Aalto;;;;suomi;;;;;;;;;",
  "v11;Aino;Aalto;;;;;12;;;;;;;;", "v12;Aino;Aalto;;;;;ei ole;;;;;;;;", "v13;Aino;Aalto;;;;;;100;;;;;;;",
  "v14;Aino;Aalto;;;;;;;yksin;;;;;;", "v15;Aino;Aalto;;;;;;;;kansakoulu;;;;;", "v16;Aino;Aalto;;;;;;;;;hyvin;;;;",
  "v17;Aino;Aalto;;;;;;;;;;naapuri;;;", "v18;Aino;Aalto;;;;;;;;;;;1.1.2099;;", "v19;Aino;Aalto;;;;;;;;;;;huomenna;;",
  "v20;Aino;Aalto;;;;;;;;;;;;joo;", "v21;Aino;Aalto;;;;;;;;;;;;;1.1.2099", "v22;Aino;Aalto;;;;;;;;;;;;;kyllä",
  "v23;#N/A;Aalto;;;;;;;;;;;;;", "v24;Aino;####;;;;;;;;;;;;;", "v25;Aino;Aalto;NULL;;;;;;;;;;;;",
  "v26;Aino;Aalto;;;;;3,58401E+11;;;;;;;;", "v27;Ai\"no;Aalto;;;;;;;;;;;;;", "v28;Aino;Aalto", "v29;Aino;TRUE;;;;;;;;;;;;;",
  "v30;Aino;\"Aal\nto\";;;;;;;;;;;;;",
];

async function send(page: Page, kind: string, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel("Mitä tiedostossa on").selectOption(kind);
  await page.getByLabel("Tiedosto", { exact: true }).setInputFiles({ name, mimeType: "application/octet-stream", buffer });
  await page.getByRole("button", { name: "Lähetä ja tarkista" }).click();
}

test("a file with thirty different mistakes tells each with its row, and a spreadsheet is looked at and taken in", async ({ server, browse }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  await page.goto(`${server.url}/imports`);
  await page.getByRole("button", { name: "Lähetä ja tarkista" }).click();
  await expect(page.getByText("Valitse tiedosto").first()).toBeVisible();
  await accessible(page);

  await send(page, "participants", "virheet.csv", Buffer.from([header, ...wrong, ""].join("\n")));
  await expect(page.getByText("Tiedostossa on 30 virhettä. Mitään ei tuotu.")).toBeVisible();
  const rows = page.locator(".imports__found tbody tr");
  await expect(rows).toHaveCount(30);
  await expect(rows.nth(4)).toContainText("kalenterissa ei ole tätä päivää");
  await expect(rows.nth(29).locator("th")).toContainText("31");
  await picture(page, "imports-refused");
  await accessible(page);
  await targetsAtEveryWidth(page, 44);

  await page.getByRole("link", { name: "Lähetä korjattu tiedosto" }).click();
  await expect(page.getByLabel("Mitä tiedostossa on")).toHaveValue("participants");
  const people = [
    ["participant_ref", "given_names", "family_name", "birth_date", "postal_code"],
    ["0001", "Aino", "Aalto", 16139, "00100"],
    ["0002", "Eino", "Öhman", 7373, "00200"],
  ];
  await send(page, "participants", "ihmiset.xlsx", spreadsheet(people));
  await expect(page.getByText("Tiedosto on kunnossa. Mitään ei ole vielä muutettu.")).toBeVisible();
  await expect(page.getByText("Aalto Aino")).toBeVisible();
  await picture(page, "imports-sound");
  await accessible(page);
  await targetsAtEveryWidth(page, 44);
  await page.goto(`${server.url}/people`);
  await expect(page.getByText("Aalto Aino")).toHaveCount(0);

  await page.goto(`${server.url}/imports`);
  await picture(page, "imports-list");
  await page.getByRole("link", { name: "ihmiset.xlsx" }).click();
  await page.getByRole("button", { name: "Tuo tiedosto" }).click();
  await expect(page.getByText("Tiedosto on tuotu")).toBeVisible();
  await accessible(page);
  await page.goto(`${server.url}/people`);
  await page.getByText("Öhman Eino").click();
  await expect(page.getByText("8.3.1920").first()).toBeVisible();
  await page.goto(`${server.url}/imports`);
  await expect(page.getByRole("row", { name: /ihmiset\.xlsx/ })).toContainText("tuotu: 2 uutta, 0 muuttunutta");
  await accessible(page);
});

test("what an import did is told row by row, and it is taken back without script, but for what somebody has changed since", async ({ server, browse }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  const taken = async (name: string, rows: string[]) => {
    await page.goto(`${server.url}/imports`);
    await send(page, "participants", name, Buffer.from([header, ...rows, ""].join("\n")));
    await page.getByRole("button", { name: "Tuo tiedosto" }).click();
    await expect(page.getByText("Tiedosto on tuotu")).toBeVisible();
  };
  const person = (n: number, phone = "0401234567") => `p${n};Aino;Aalto${n};;8.3.1944;;;${phone};;;;;;;;`;
  const first = Array.from({ length: 60 }, (_, n) => person(n));
  await taken("alku.csv", first);
  await taken("muutos.csv", [person(3, "0500000003"), person(4, "0500000004"), person(60), ...first.slice(5)]);

  await page.getByRole("link", { name: "Katso rivi riviltä" }).click();
  await expect(page.getByRole("link", { name: "Muuttuneet (2)" })).toBeVisible();
  await expect(page.getByText("1–50 / 58")).toBeVisible();
  await picture(page, "imports-rows");
  await page.getByRole("link", { name: "Muuttuneet (2)" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await expect(page.locator("tbody tr").first()).toContainText("Tietoja muutettiin: puhelin");
  await picture(page, "imports-rows-changed");

  // Somebody changes one of them by hand.
  await page.getByRole("link", { name: "Aalto3 Aino" }).click();
  const edit = `${page.url()}/edit`;
  await page.goto(edit);
  await page.locator("[name=phone]").fill("0509999999");
  await page.locator("form.form button").first().click();

  await page.goto(`${server.url}/imports`);
  await page.getByRole("link", { name: "muutos.csv" }).click();
  await page.getByRole("link", { name: "Peru tämä tuonti" }).click();
  await expect(page.getByText("2 muutosta perutaan.")).toBeVisible();
  await expect(page.locator("tbody tr")).toContainText("Uudempi jää: puhelin");
  await picture(page, "imports-undo-asked");
  for (const size of [sizes.phone, sizes.desk]) {
    await page.setViewportSize(size);
    await picture(page, `imports-undo-asked-${size.width}`);
  }
  await page.getByRole("button", { name: "Peru tuonti" }).click();
  await expect(page.getByText("Tuonti peruttiin")).toBeVisible();
  await picture(page, "imports-undone");
  await page.goto(`${server.url}/people`);
  await page.locator("[name=q]").fill("Aalto60");
  await page.locator("form[action='/people/search'] button").first().click();
  // The search forgives a slip, and may show somebody of a like name.
  await expect(page.getByText("Aalto60 Aino")).toHaveCount(0);
  await page.goto(edit);
  await expect(page.locator("[name=phone]")).toHaveValue("0509999999");
  await page.goto(`${server.url}/imports`);
  await expect(page.getByRole("row", { name: /muutos\.csv/ })).toContainText("tuotu ja peruttu");
  const file = await page.getByRole("link", { name: "muutos.csv" }).getAttribute("href");
  // What is looked at by a script is looked at with scripts on.
  const looking = await browse({ viewport: sizes.desk });
  await signIn(looking, server, "koordinaattori@example.fi");
  for (const path of [`${file}/rows`, `${file}/undo`, `${file}`]) {
    await looking.goto(server.url + path);
    await accessible(looking);
    await targetsAtEveryWidth(looking, 44);
  }
});
