// A person's rights at the desk: who has looked, everything on paper, and erasure after which nobody finds them any more.

import { join } from "node:path";
import { accessible, demoSignIn, enterAs, expect, picture, signIn, sizes, targetsAtEveryWidth, test } from "./support/journey";
import { furnish, group } from "./support/hall";

test("who has looked is told in words, everything can be printed, and an erased person is gone", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  const first = page.locator("main .people__name").first();
  const name = (await first.innerText()).trim();
  await first.click();
  await page.getByRole("link", { name: "Tiedot ja oikeudet" }).click();
  await expect(page.getByText("henkilön omat tiedot ja tulokset").first()).toBeVisible();
  await picture(page, "own-rights");
  await accessible(page);
  await targetsAtEveryWidth(page, 44);
  const rights = page.url();
  await page.getByRole("link", { name: "Kaikki tiedot paperille" }).click();
  await expect(page.getByRole("heading", { name: "Perustiedot" })).toBeVisible();
  await picture(page, "own-data");
  await accessible(page);
  await page.goto(rights);

  await page.getByRole("button", { name: "Poista kaikki tiedot" }).click();
  await expect(page.getByText("Valitse, miksi tiedot poistetaan").first()).toBeVisible();
  await accessible(page);
  await page.getByLabel("henkilö on pyytänyt sitä").check();
  await page.getByLabel("Olen tarkistanut").check();
  await page.getByRole("button", { name: "Poista kaikki tiedot" }).click();
  await expect(page.getByRole("heading", { name: "Henkilön kaikki tiedot on poistettu." })).toBeVisible();
  await accessible(page);
  expect((await page.goto(rights))?.status()).toBe(404);
  await page.goto(`${demo.url}/people`);
  await expect(page.locator("main .people__name").first()).not.toHaveText(name);
});

test("an erased person stays erased after yesterday's backup is restored", async ({ server, browse }) => {
  await furnish(server);
  const login = "kaisa.koordinaattori@example.fi";
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", login);
  const copy = join(server.folder, "yesterday.db");
  await server.must("backup", copy);

  // After the copy somebody is erased, and a group gets another name.
  await page.goto(`${server.url}/people`);
  const first = page.locator("main .people__name").first();
  const name = (await first.innerText()).trim();
  await first.click();
  await page.getByRole("link", { name: "Tiedot ja oikeudet" }).click();
  await expect(page.getByRole("button", { name: "Poista kaikki tiedot" })).toBeVisible();
  const rights = page.url();
  await page.getByLabel("henkilö on pyytänyt sitä").check();
  await page.getByLabel("Olen tarkistanut").check();
  await page.getByRole("button", { name: "Poista kaikki tiedot" }).click();
  await expect(page.getByRole("heading", { name: "Henkilön kaikki tiedot on poistettu." })).toBeVisible();
  await page.goto(`${server.url}/groups`);
  await page.locator("tbody").getByRole("link", { name: group }).click();
  await page.getByRole("link", { name: "Muokkaa ryhmän tietoja" }).click();
  await page.getByLabel("Ryhmän nimi").fill("Aivan toinen nimi");
  await page.getByRole("button", { name: "Tallenna ryhmän tiedot" }).click();
  await expect(page.getByText("Ryhmän tiedot on tallennettu.")).toBeVisible();

  await server.stop("SIGTERM");
  expect(await server.must("restore", copy)).toContain("they are erased again");
  await server.start();
  const again = await browse({ viewport: sizes.desk });
  await signIn(again, server, login);
  await again.goto(`${server.url}/groups`);
  await expect(again.locator("tbody").getByRole("link", { name: group }), "the copy is what is there").toBeVisible();
  await expect(again.getByText("Aivan toinen nimi")).toHaveCount(0);
  expect((await again.goto(rights))?.status()).toBe(404);
  await again.goto(`${server.url}/people`);
  await expect(again.locator("main .people__name").first()).toBeVisible();
  await expect(again.locator("main .people__name").filter({ hasText: name })).toHaveCount(0);
});
