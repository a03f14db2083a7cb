// A session that ends while somebody types: the form waits behind the sign-in, without script.

import { accessible, enterAs, expect, fits, type Look, password, picture, sizes, targets, test, type Virea } from "./support/journey";

const login = "koordinaattori@example.fi";
const newPassword = "neljä muuta hyvää sanaa";

test("ended session keeps the form", async ({ server, browse }) => {
  await goesOn(server, browse, false);
});

test("ended session keeps the form with script, too, and its pages pass axe", async ({ server, browse }) => {
  await goesOn(server, browse, true);
});

async function goesOn(server: Virea, browse: (look?: Look) => Promise<Page>, script: boolean): Promise<void> {
  await server.must("admin", "municipality", "091", "Koskela");
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: script });
  await enterAs(page, server, "coordinator", login);
  await page.goto(`${server.url}/people/new`);
  await page.getByLabel("Etunimet").fill("Elli \"Ellu\" <Aino>");
  await page.getByLabel("Sukunimi").fill("Päättynyt & Kumpp.");
  await page.getByLabel("Syntymäaika").fill("8.3.1944");

  await test.step("meanwhile the password is changed on another device, which ends this session", async () => {
    const other = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
    await other.goto(`${server.url}/sign-in`);
    await other.locator("[name=login]:not(button)").fill(login);
    await other.locator("[name=password]").fill(password);
    await other.locator("form[action='/sign-in'] button").click();
    await other.goto(`${server.url}/password`);
    await other.locator("[name=current]").fill(password);
    await other.locator("[name=password]").fill(newPassword);
    await other.locator("[name=again]").fill(newPassword);
    await other.locator("form[action='/password'] button").click();
    await expect(other).toHaveURL(/said=ready/);
  });

  await page.locator("form[action='/people/new'] button[type=submit], form[action='/people/new'] button:not([type])").last().click();
  await expect(page).toHaveURL(`${server.url}/sign-in`);
  await expect(page.getByText("Kirjautumisesi päättyi, koska salasana vaihdettiin.")).toBeVisible();
  await expect(page.getByText("Kirjoittamasi on tallessa 30 minuuttia")).toBeVisible();
  await picture(page, "ended-door");
  for (const colorScheme of script ? (["dark", "light"] as const) : []) {
    await page.emulateMedia({ colorScheme });
    await accessible(page);
  }

  await page.locator("[name=login]:not(button)").fill(login);
  await page.locator("[name=password]").fill(newPassword);
  await page.locator("form[action='/sign-in'] button").click();
  await expect(page).toHaveURL(`${server.url}/kept`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jatka siitä, mihin jäit");
  for (const size of script ? (["desk", "phone"] as const) : []) {
    await page.setViewportSize(sizes[size]);
    await accessible(page);
    await fits(page);
    await targets(page, 44);
    await picture(page, `ended-kept-${size}`);
  }
  await page.getByRole("button", { name: "Lähetä lomake nyt" }).click();
  await expect(page).toHaveURL(/people\/[0-9a-f-]{36}\?said=saved/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Päättynyt & Kumpp.");
  await page.goto(`${server.url}/kept`);
  await expect(page).toHaveURL(`${server.url}/`);
}
