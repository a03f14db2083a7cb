// Accounts and signing in, as people do it.

import { expect, type Page } from "@playwright/test";
import type { Virea } from "./server";

export const password = "kolme hidasta hirveä";

export type Role = "organisation_admin" | "coordinator" | "instructor" | "peer_instructor" | "municipal_officer" | "auditor";

/** Creates an account from the command line and gives its one-time set-up code. */
export async function account(server: Virea, role: Role, login: string, ...more: string[]): Promise<string> {
  const said = await server.must("admin", "account", "--municipality", "091", "--role", role, ...more, login);
  const code = said.match(/\b[0-9A-Z]{4}(-[0-9A-Z]{4}){5}\b/)?.[0];
  if (!code) throw new Error(`no set-up code in: ${said}`);
  return code;
}

/** Uses the code on the set-up page: chooses the password. Signing in comes after it. */
export async function setUp(page: Page, server: Virea, code: string): Promise<void> {
  await page.goto(`${server.url}/set-up`);
  await page.locator("[name=code]").fill(code);
  await page.locator("[name=password]").fill(password);
  await page.locator("[name=again]").fill(password);
  await page.locator("form[action='/set-up'] button").click();
  await expect(page).toHaveURL(/sign-in/);
}

/** Signs in on the sign-in page. */
export async function signIn(page: Page, server: Virea, login: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.locator("[name=login]:not(button)").fill(login);
  await page.locator("[name=password]").fill(password);
  await page.locator("form[action='/sign-in'] button").click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** An account whose owner has just signed in for the first time. */
export async function enterAs(page: Page, server: Virea, role: Role, login: string): Promise<void> {
  await setUp(page, server, await account(server, role, login));
  await signIn(page, server, login);
}

/** Signs in to the demo municipality by one click. */
export async function demoSignIn(page: Page, server: Virea, login: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.locator(`button[name=login][value="${login}"]`).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Types a personal card's numbers on the page that asks for them. */
export async function typeCard(page: Page, number: string, pin: string): Promise<void> {
  await page.getByLabel("Kortin numero", { exact: true }).fill(number);
  await page.getByLabel("PIN", { exact: true }).fill(pin);
  await page.getByRole("button", { name: "Avaa oma sivu" }).click();
}

/** The card of the demonstration, as its page says it, up to the own page. */
export async function typeDemoCard(page: Page): Promise<void> {
  await typeCard(page, "100 200", "300 400");
  await expect(page).toHaveURL(/\/own$/);
}

/** The page that asks for the PIN once more, as it comes after a wrong one: a few minutes after the right one no link leads there. */
export async function askedForPin(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    const [form, pin] = [document.createElement("form"), document.createElement("input")];
    Object.assign(form, { method: "post", action: to });
    Object.assign(pin, { name: "pin", value: "000000" });
    form.append(pin);
    document.body.append(form);
    // After this call has returned: it would be cut off by the page that comes.
    setTimeout(() => form.submit());
  }, address);
  await expect(page).toHaveTitle(/^Virhe:/);
}
