// Every page of the router, as each role reaches it by its links: axe in three languages, light and dark, full,
// empty and with an error; sizes of targets; nothing wider than the screen.

import type { Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { accessible, account, demoSignIn, enterAs, expect, picture, sizes, targets, targetsAtEveryWidth, test } from "./support/journey";

/** The pages of the running server's own list; the tablet and answers for programs are looked at elsewhere. */
function pages(): string[] {
  const list = process.env.VIREA_ROUTES ?? execFileSync("cargo", ["run", "--quiet", "--package", "tests", "--bin", "routes"], { cwd: resolve(import.meta.dirname, "../.."), encoding: "utf8" });
  const paths = list.split("\n").filter((line) => line.startsWith("GET ")).map((line) => line.slice(4));
  const others = ["/api/", "/assets/", "/tablet", "/healthz", "/readyz", "/sw.js", "/offline.html"];
  return paths.filter((path) => !others.some((other) => path.startsWith(other)));
}

const routes = pages();

/** The route that an address belongs to; those without parameters first. */
function route(path: string): string | undefined {
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/\{\*\w+\}/g, ".+").replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return [...routes].sort((a, b) => Number(a.includes("{")) - Number(b.includes("{"))).find(fits);
}

/** One address of each route that links lead to, from the start page on. */
async function reachable(page: Page, url: string): Promise<Map<string, string>> {
  const found = new Map<string, string>([["/", "/"]]);
  const open = ["/"];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const answer = await page.goto(url + next);
    if (!answer?.headers()["content-type"]?.startsWith("text/html")) continue;
    const links = await page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map((link) => link.href));
    for (const link of links.map((href) => new URL(href)).filter((link) => link.origin === url)) {
      const pattern = route(link.pathname);
      if (!pattern || found.has(pattern)) continue;
      found.set(pattern, link.pathname);
      open.push(link.pathname);
    }
  }
  return found;
}

async function speak(page: Page, language: string): Promise<void> {
  const button = page.locator(`button[name=lang][value=${language}]`).first();
  if (await button.count()) await button.click();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

async function inEveryLook(page: Page, url: string, paths: Iterable<string>): Promise<void> {
  for (const language of ["sv", "en", "fi"]) {
    await page.goto(`${url}/`);
    await speak(page, language);
    for (const path of paths) {
      await page.goto(url + path);
      await expect(page.locator("html"), path).toHaveAttribute("lang", language);
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        await accessible(page);
      }
    }
  }
}

const forms = "main form[method=post]:has(input:not([type=hidden], [type=checkbox], [type=radio]), textarea)";

/** Sends each kind of form with fields with nothing in it: the page comes again, says what to do, and passes axe. */
async function withErrors(page: Page, url: string, paths: Iterable<string>): Promise<number> {
  const sent = new Set<string>();
  let shown = 0;
  for (const path of paths) {
    await page.goto(url + path);
    const actions = await page.locator(forms).evaluateAll((all) => all.map((form) => form.getAttribute("action") ?? ""));
    for (const [place, action] of actions.entries()) {
      const kind = action.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}");
      if (sent.has(kind)) continue;
      sent.add(kind);
      await page.goto(url + path);
      const form = page.locator(forms).nth(place);
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      const loaded = page.waitForEvent("load");
      await form.evaluate((element) => {
        const form = element as HTMLFormElement;
        for (const field of form.querySelectorAll<HTMLInputElement>("input:not([type=hidden]), textarea")) {
          if (field.type === "checkbox" || field.type === "radio") field.checked = false;
          else field.value = "";
        }
        // After this call has returned: it would be cut off by the page that comes.
        setTimeout(() => form.submit());
      });
      const status = (await answer).status();
      expect(status, `${path}, form for ${kind}`).toBeLessThan(500);
      await loaded;
      if (status !== 422) continue;
      shown++;
      await accessible(page);
    }
  }
  return shown;
}

const people = [
  { login: "koordinaattori", name: "a coordinator" },
  { login: "paakayttaja", name: "an organisation admin" },
  { login: "viranhaltija", name: "a municipal officer" },
  { login: "ohjaaja", name: "an instructor" },
];

for (const { login, name } of people) {
  test(`every page that ${name} reaches passes axe, fits, and has targets that can be hit`, async ({ demo, device }) => {
    test.setTimeout(600_000);
    const page = await device({ viewport: sizes.desk }).open();
    await demoSignIn(page, demo, login);
    const found = await reachable(page, demo.url);
    await inEveryLook(page, demo.url, found.values());
    for (const [pattern, path] of found) {
      await page.goto(demo.url + path);
      await picture(page, `${login}${pattern.replaceAll(/[/{}*]+/g, "-")}`);
      await targets(page, 32);
      await targetsAtEveryWidth(page, 32);
    }
    await withErrors(page, demo.url, found.values());
  });
}

test("before signing in, and in a municipality without anything in it, every page passes axe", async ({ server, device }) => {
  test.setTimeout(600_000);
  const page = await device({ viewport: sizes.desk }).open();
  // A new installation asks for its set-up code before anything else, on a longer form.
  expect(await withErrors(page, server.url, ["/set-up"])).toBe(1);
  await server.must("admin", "municipality", "091", "Koskela");
  const open = ["/sign-in", "/set-up"];
  await inEveryLook(page, server.url, open);
  for (const path of open) {
    await page.goto(server.url + path);
    await targetsAtEveryWidth(page, 44);
  }
  expect(await withErrors(page, server.url, open)).toBe(2);
  await enterAs(page, server, "coordinator", "koordinaattori@example.fi");
  const found = await reachable(page, server.url);
  expect([...found.keys()]).toEqual(expect.arrayContaining(["/groups", "/people", "/reviews"]));
  await inEveryLook(page, server.url, found.values());
});

test("links lead to every page of the router", async ({ demo, server, device }) => {
  const seen = new Set(["/sign-in", "/set-up"]);
  for (const { login } of people) {
    const profile = device();
    const page = await profile.open();
    await demoSignIn(page, demo, login);
    for (const pattern of (await reachable(page, demo.url)).keys()) seen.add(pattern);
    await profile.close();
  }
  // Only somebody with two roles is asked, on signing in, which one to work in.
  await server.must("admin", "municipality", "091", "Koskela");
  await account(server, "municipal_officer", "monitoimi@example.fi");
  const page = await device().open();
  await enterAs(page, server, "coordinator", "monitoimi@example.fi");
  await accessible(page);
  await expect(page).toHaveURL(/\/role$/);
  seen.add("/role");
  expect(routes.filter((one) => !seen.has(one))).toEqual([]);
});
