// Sign-in in two steps: set up with an authenticator, asked for at the door, recovered from, all without script.

import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { accessibleInBothLooks, enterAs, expect, password, picture, sizes, targetsAtEveryWidth, test, type Virea } from "./support/journey";

const login = "koordinaattori@example.fi";

/**
 * What an authenticator with this key shows (RFC 6238), that many steps from now. The server takes the step before and
 * the one after: never ask for an earlier one, which grows too old when the step turns while it is typed.
 */
function code(key: string, steps = 0): string {
  const letters = [...key.replaceAll(" ", "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const bits = letters.join("");
  const bytes = Buffer.from(Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8), 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", bytes).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signOut(page: Page, server: Virea): Promise<void> {
  await page.context().clearCookies({ name: /sid/ });
  await page.goto(`${server.url}/sign-in`);
  await page.locator("[name=login]:not(button)").fill(login);
  await page.locator("[name=password]").fill(password);
  await page.locator("form[action='/sign-in'] button").click();
  await expect(page).toHaveURL(/sign-in\/code/);
}

test("a coordinator turns on sign-in in two steps, is asked for the code, and gets in with a recovery code", async ({ server, browse }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(page, server, "coordinator", login);
  await page.goto(`${server.url}/sessions`);
  await page.getByRole("link", { name: "Kaksivaiheinen kirjautuminen" }).click();
  await page.getByRole("button", { name: "Ota käyttöön", exact: true }).click();
  await expect(page.locator("svg.qr")).toBeVisible();
  await picture(page, "second-factor-begun");
  const key = await page.locator("code.code").innerText();
  await page.getByLabel("Koodi", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Vahvista ja ota käyttöön" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await page.getByLabel("Koodi", { exact: true }).fill(code(key));
  await page.getByRole("button", { name: "Vahvista ja ota käyttöön" }).click();
  const codes = await page.locator(".codes code").allInnerTexts();
  expect(codes).toHaveLength(10);
  await picture(page, "second-factor-codes");
  await signOut(page, server);
  await picture(page, "second-factor-door");
  await page.getByLabel("Koodi", { exact: true }).fill(code(key, 1));
  await page.getByRole("button", { name: "Jatka" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await signOut(page, server);
  await page.getByLabel("Koodi", { exact: true }).fill(codes[0].toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Jatka" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
});

test("whoever must sign in in two steps sets it up before anything else, and makes fresh recovery codes later", async ({ server, browse }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  await server.stop("SIGTERM");
  await server.start({ VIREA_SECOND_FACTOR: "required" });
  const page = await browse({ viewport: sizes.desk, javaScriptEnabled: false });
  await enterAs(page, server, "coordinator", login);
  await expect(page).toHaveURL(`${server.url}/second-factor`);
  await expect(page.getByText("Kunnassasi kirjaudutaan tähän ohjelmaan kahdessa vaiheessa")).toBeVisible();
  await picture(page, "second-factor-required");
  await page.goto(`${server.url}/people`);
  await expect(page).toHaveURL(`${server.url}/second-factor`);
  await page.getByRole("button", { name: "Ota käyttöön", exact: true }).click();
  const key = await page.locator("code.code").innerText();
  await page.getByLabel("Koodi", { exact: true }).fill(code(key));
  await page.getByRole("button", { name: "Vahvista ja ota käyttöön" }).click();
  const old = await page.locator(".codes code").allInnerTexts();
  await picture(page, "second-factor-required-codes");
  await page.getByRole("link", { name: "Varakoodit ovat tallessa, jatka" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await page.goto(`${server.url}/second-factor`);
  await page.getByLabel("Koodi todennussovelluksesta").fill(code(key, 1));
  await page.getByRole("button", { name: "Tee uudet varakoodit" }).click();
  const fresh = await page.locator(".codes code").allInnerTexts();
  expect(fresh).toHaveLength(10);
  expect(fresh.filter((one) => old.includes(one))).toEqual([]);
  await picture(page, "second-factor-fresh");
  await signOut(page, server);
  await page.getByLabel("Koodi", { exact: true }).fill(old[0] ?? "");
  await page.getByRole("button", { name: "Jatka" }).click();
  await expect(page).toHaveTitle(/^Virhe:/);
  await page.getByLabel("Koodi", { exact: true }).fill(fresh[0] ?? "");
  await page.getByRole("button", { name: "Jatka" }).click();
  await expect(page.getByText("Varakoodeja on jäljellä 9.")).toBeVisible();
  await picture(page, "second-factor-used-code");
});

test("the pages of one's own account fit and pass axe, also at the door", async ({ server, browse }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  const page = await browse({ viewport: sizes.desk });
  await enterAs(page, server, "coordinator", login);
  const look = async (name: string) => {
    await accessibleInBothLooks(page);
    await picture(page, `own-account-${name}`);
    await targetsAtEveryWidth(page, 44);
  };
  await page.goto(`${server.url}/password`);
  await look("password");
  await page.goto(`${server.url}/phone`);
  await look("phone");
  await page.goto(`${server.url}/second-factor`);
  await look("off");
  await page.getByRole("button", { name: "Ota käyttöön", exact: true }).click();
  await look("begun");
  const key = await page.locator("code.code").innerText();
  await page.getByLabel("Koodi", { exact: true }).fill(code(key));
  await page.getByRole("button", { name: "Vahvista ja ota käyttöön" }).click();
  await look("codes");
  await signOut(page, server);
  await look("door");
});
