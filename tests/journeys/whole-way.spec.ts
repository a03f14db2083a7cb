// The whole way of somebody who takes part, in one journey without a script: they find a group and apply, the desk takes
// them in and prints letter, card and slip, the card opens their page, and the roll knows beforehand that they stay away;
// results, exercises at home, and a permission that ends while the relative's page is open.

import type { Page } from "@playwright/test";
import { enterAs, expect, pagesOf, picture, printed, sizes, test, typeCard, type Virea } from "./support/journey";
import { awake, enter, furnish, group, row } from "./support/hall";

const phoneOf = { viewport: sizes.phone, javaScriptEnabled: false };

/** A card's number and the PIN of its slip. */
type Card = { number: string; pin: string };

test("somebody finds a group, is taken in, opens their page with a card from a letter and stays away, all without a script", async ({ server, browse }) => {
  await furnish(server);
  await server.must("admin", "ways-in", "--municipality", "091", "--public-form", "open");
  await server.must("admin", "help-line", "--municipality", "091", "--name", "Liikuntaneuvonta", "09 310 5566");
  const desk = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  const phone = await browse(phoneOf);

  await test.step("a group is found and applied for", async () => {
    await phone.goto(`${server.url}/find`);
    await expect(phone.locator(".find__group", { hasText: group })).toBeVisible();
    await phone.getByRole("link", { name: "Täytä hakemus" }).click();
    await phone.getByLabel("Etunimi").fill("Eino");
    await phone.getByLabel("Sukunimi").fill("Etsijä");
    await phone.getByLabel("Syntymävuosi").fill("1941");
    await phone.getByLabel("Puhelinnumero, johon voimme soittaa").fill("040 111 2222");
    await phone.getByRole("button", { name: "Lähetä hakemus" }).click();
    await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Kiitos, hakemus on lähetetty");
  });

  const person = await test.step("the coordinator takes it up and decides", async () => {
    await enterAs(desk, server, "coordinator", "koordinaattori@example.fi");
    await desk.goto(`${server.url}/applications`);
    await desk.getByRole("row", { name: /Etsijä/ }).getByRole("link", { name: "Ota käsittelyyn" }).click();
    await desk.getByRole("button", { name: "Tallenna hakemus" }).click();
    await expect(desk.getByText("Hakemus on tallennettu.")).toBeVisible();
    await desk.locator("#decision input[name=decision][value=accepted]").check();
    const place = desk.locator("#decision select[name=group]");
    await place.selectOption(await place.locator("option", { hasText: group }).getAttribute("value"));
    await desk.getByRole("button", { name: "Tallenna päätös" }).click();
    await expect(desk.getByText("Päätös on tallennettu.")).toBeVisible();
    await desk.getByRole("link", { name: "Avaa osallistuja" }).click();
    return desk.url().split("?")[0];
  });

  const [eino, marja] = await test.step("the group's letters are printed with a card behind each, and the slips apart", async () => {
    await desk.goto(`${server.url}/groups`);
    await desk.getByRole("link", { name: group }).first().click();
    const at = desk.url().split("?")[0];
    await desk.goto(`${at}/cards`);
    for (const box of await desk.locator("input[name=people]").all()) await box.uncheck();
    await desk.getByRole("checkbox", { name: /Etsijä/ }).check();
    await desk.getByRole("checkbox", { name: /Virtanen/ }).check();
    await desk.locator("input[name=paper][value=letter]").check();
    await desk.getByRole("button", { name: "Tee kortit" }).click();
    await expect(desk.locator("article.letter")).toHaveCount(2);
    await expect(desk.locator("article.letter").first()).toContainText("Tervetuloa ryhmään!");
    await expect(desk.locator(".personal-sheet .qr")).toHaveCount(2);
    await picture(desk, "whole-way-letters");
    await printed(desk, "whole-way-letters");
    const cards = [await cardOf(desk, "Eino"), await cardOf(desk, "Marja")];
    await desk.goto(`${at}/letters`);
    await desk.locator("input[name=kind][value=sessions]").check();
    await desk.locator("[name=phone]").fill("09 310 5566");
    await desk.locator("form.form button").last().click();
    const letters = await desk.locator("article.letter").count();
    expect(letters).toBeGreaterThan(10);
    expect(pagesOf(await printed(desk, "whole-way-sessions")), "a page for each").toBe(letters);
    return cards;
  });

  await test.step("the card opens the own page, which says the next session and takes that they cannot come", async () => {
    await phone.goto(`${server.url}/k`);
    await typeCard(phone, eino.number, eino.pin);
    await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Hei, Eino!");
    await expect(phone.locator(".own__next")).toContainText("Koskelan sali");
    await phone.getByRole("button", { name: /^En pääse/ }).click();
    await expect(phone.getByText("Kiitos ilmoituksesta. Ohjaaja näkee sen.")).toBeVisible();
    await picture(phone, "own-told");
    await phone.getByRole("button", { name: /^Tulen sittenkin/ }).click();
    await expect(phone.getByText("Hienoa. Tervetuloa!")).toBeVisible();
    await phone.getByRole("button", { name: /^En pääse/ }).click();
    await expect(phone.getByText("Kiitos ilmoituksesta. Ohjaaja näkee sen.")).toBeVisible();
  });

  await test.step("the roll has it before the session, at the desk and in the hall", async () => {
    const day = await phone.locator("input[name=day]").inputValue();
    const id = await phone.locator("input[name=group]").inputValue();
    await desk.goto(`${server.url}/groups/${id}/sessions/${day}`);
    await expect(desk.locator("tbody tr", { hasText: "Etsijä" })).toContainText("poissa, ilmoitti");
    // The tablet is the one thing here that is a program.
    const tablet = await browse();
    await enter(tablet, server);
    await tablet.goto(`${server.url}/tablet/roll/${id}/${day}`);
    await awake(tablet);
    await expect(row(tablet, "Eino")).toHaveAttribute("data-mark", "absent_informed");
    await expect(row(tablet, "Eino")).toContainText("poissa, ilmoitti");
    await picture(tablet, "own-roll");
  });

  await test.step("exercises that the desk chose are done at home", async () => {
    await desk.goto(person);
    await desk.getByRole("link", { name: "Avaa kotiharjoittelu" }).click();
    await desk.getByRole("checkbox", { name: "Tuolilta nousu", exact: true }).check();
    await desk.getByRole("button", { name: "Tallenna ohjelma" }).click();
    await expect(desk.getByText("Kotiohjelma on tallennettu.")).toBeVisible();
    await phone.goto(`${server.url}/own`);
    await phone.getByRole("link", { name: "Kotiohjelmani" }).click();
    await phone.getByRole("button", { name: "Tein tämän tänään" }).click();
    await expect(phone.getByText("Merkintä on tallessa. Ohjaaja näkee sen.")).toBeVisible();
  });

  await permissionEnds(server, phone, await browse(phoneOf));

  await test.step("somebody who was measured reads their results, in Swedish", async () => {
    await phone.goto(`${server.url}/k`);
    await typeCard(phone, marja.number, marja.pin);
    await expect(phone.getByRole("heading", { level: 1 })).toHaveText("Hej, Marja!");
    await phone.getByRole("link", { name: "Mina resultat" }).click();
    await expect(phone.locator(".results-card__line").first()).toBeVisible();
    await picture(phone, "whole-way-results");
    await phone.getByRole("button", { name: "Logga ut" }).click();
    await expect(phone).toHaveURL(/said=signed-out/);
    await phone.goBack();
    await expect(phone.getByText("Marja")).toHaveCount(0);
  });
});

/** What stands on the card of whoever is called so, and on their slip. */
async function cardOf(desk: Page, called: string): Promise<Card> {
  const number = desk.locator(".personal-sheet", { hasText: called }).locator(".personal-card__number");
  const pin = desk.locator(".personal-card--slip", { hasText: called }).locator(".personal-card__number");
  return { number: await number.innerText(), pin: await pin.innerText() };
}

/** Shows the schedule to a daughter on the own page, and takes it back while hers is open. */
async function permissionEnds(server: Virea, phone: Page, daughter: Page): Promise<void> {
  await test.step("a permission is given and taken back while the relative's page is open", async () => {
    await phone.goto(`${server.url}/own/seen`);
    await phone.getByRole("link", { name: "Kutsu läheinen" }).click();
    await phone.getByLabel("Läheisen nimi").fill("Liisa Läheinen");
    await phone.getByLabel("Kuka hän on sinulle?").fill("tytär");
    await phone.getByRole("button", { name: "Jatka" }).click();
    await phone.getByRole("checkbox", { name: /^Näkee, milloin ja missä/ }).check();
    await phone.getByRole("button", { name: "Jatka" }).click();
    await phone.getByRole("button", { name: "Anna lupa ja tee kortti" }).click();
    await picture(phone, "own-invite-card");
    const [number, pin] = await phone.locator(".personal-card__number").allInnerTexts();
    await daughter.goto(`${server.url}/k`);
    await typeCard(daughter, number, pin);
    await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Eino");
    await picture(daughter, "kin-home");
    await daughter.getByRole("button", { name: /^Hän tulee sittenkin/ }).click();
    await expect(daughter.getByRole("button", { name: /^Hän ei pääse/ })).toBeVisible();
    await phone.goto(`${server.url}/own`);
    await expect(phone.getByRole("button", { name: /^En pääse/ })).toBeVisible();
    await phone.getByRole("link", { name: "Kuka näkee tietoni?" }).click();
    await picture(phone, "own-seen-relative");
    await phone.getByRole("button", { name: "Lopeta lupa: Liisa Läheinen" }).click();
    await expect(phone.getByText("Lupa on lopetettu.")).toBeVisible();
    // The page is still open: its next press, and a reload, say one kind sentence and nothing else.
    await daughter.getByRole("button", { name: /^Hän ei pääse/ }).click();
    await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Tämä sivu on suljettu");
    await expect(daughter.getByText("Eino")).toHaveCount(0);
    await picture(daughter, "kin-gone");
    await daughter.goto(`${server.url}/kin`);
    await expect(daughter.getByRole("heading", { level: 1 })).toHaveText("Tämä sivu on suljettu");
  });
}
