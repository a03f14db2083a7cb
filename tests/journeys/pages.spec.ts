// Every page of the router, as each role reaches it by its links: axe in three languages, light and dark, full,
// empty and with an error; sizes of targets; nothing wider than the screen.

import type { Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { accessible, accessibleInBothLooks, account, demoSignIn, enterAs, expect, picture, type Role, sizes, targetsAtEveryWidth, test, typeDemoCard } from "./support/journey";

/** The pages of the running server's own list; the tablet and answers for programs are looked at elsewhere. */
function pages(): string[] {
  const list = process.env.VIREA_ROUTES ?? execFileSync("cargo", ["run", "--quiet", "--package", "tests", "--bin", "routes"], { cwd: resolve(import.meta.dirname, "../.."), encoding: "utf8" });
  const paths = list.split("\n").filter((line) => line.startsWith("GET ")).map((line) => line.slice(4));
  const others = ["/api/", "/assets/", "/tablet", "/healthz", "/readyz", "/sw.js", "/keep-worker.js", "/offline.html"];
  return paths.filter((path) => !others.some((other) => path.startsWith(other)));
}

const routes = pages();

/** What is no page but a file to take out: links that a browser saves instead of showing. */
const files = ["/people/download", "/people/{id}/data/download", "/groups/{id}/attendance", "/groups/{id}/results", "/figures/quality/sheet", "/figures/need/sheet", "/figures/trend/sheet", "/figures/need/drawing", "/figures/trend/drawing", "/figures/report/{id}/file", "/figures/report/sheet", "/figures/report/text", "/figures/report/{id}/sheet", "/figures/report/{id}/text", "/figures/report/margins.css", "/figures/drawing", "/figures/archive/{id}/drawing", "/figures/archive/{id}/data", "/own/data/download", "/calendar/{file}"];

/** What everybody may see, to which every footer leads, and the pages of those who take part: crawled from doors of their own. */
const isPublic = (pattern: string) => pattern === "/k" || ["/apply", "/find", "/exercises", "/privacy", "/accessibility", "/support", "/feedback", "/calendar", "/own", "/kin"].some((start) => pattern.startsWith(start));

/** The route that an address belongs to; those without parameters first. */
function route(path: string): string | undefined {
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/\{\*\w+\}/g, ".+").replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return [...routes].sort((a, b) => Number(a.includes("{")) - Number(b.includes("{"))).find(fits);
}

/** One address of each route that links lead to, from the start page on: of the staff's routes, or of those that `belong`. */
async function reachable(page: Page, url: string, starts = ["/"], belongs = (pattern: string) => !isPublic(pattern)): Promise<Map<string, string>> {
  const found = new Map(starts.map((start): [string, string] => [route(new URL(start, url).pathname) ?? start, start]));
  const open = [...starts];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const answer = await page.goto(url + next);
    expect.soft(answer?.status(), `a link leads to ${next}`).toBe(200);
    if (!answer?.headers()["content-type"]?.startsWith("text/html")) continue;
    const links = await page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map((link) => link.href));
    for (const link of links.map((href) => new URL(href)).filter((link) => link.origin === url)) {
      const pattern = route(link.pathname);
      if (!pattern || files.includes(pattern) || !belongs(pattern) || found.has(pattern)) continue;
      // What a public page asks for stands in its address.
      const path = isPublic(pattern) ? link.pathname + link.search : link.pathname;
      found.set(pattern, path);
      open.push(path);
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
      await accessibleInBothLooks(page);
    }
  }
}

const forms = "main form[method=post]";

/** What each form answers, by its address. */
type Answers = Record<string, number>;

/** Sends each form of these pages with nothing in it. Where that is wrong the page comes again, says what to do, and
 *  passes axe, light and dark. Pages change by what is sent, so each form is looked for anew. */
async function emptyForms(page: Page, url: string, paths: Iterable<string>): Promise<Answers> {
  const sent: Answers = {};
  for (const path of paths) {
    await page.goto(url + path);
    const actions = await page.locator(forms).evaluateAll((all) => all.map((form) => form.getAttribute("action") ?? ""));
    for (const action of new Set(actions)) {
      const kind = action.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace(/\d{4}-\d{2}-\d{2}/, "{day}").replace(/\?.*/, "");
      if (kind in sent || lasting.includes(kind)) continue;
      await page.goto(url + path);
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      const loaded = page.waitForEvent("load");
      await page.locator(`main form[method=post][action="${action}"]`).first().evaluate((element) => {
        const form = element as HTMLFormElement;
        for (const field of form.querySelectorAll<HTMLInputElement>("input:not([type=hidden]), textarea, select")) {
          if (field.type === "checkbox" || field.type === "radio") field.checked = false;
          else field.value = "";
        }
        // After this call has returned: it would be cut off by the page that comes.
        setTimeout(() => form.submit());
      });
      const status = (await answer).status();
      sent[kind] = status;
      await loaded;
      if (status !== 422) continue;
      await expect.soft(page.locator(".error-summary, [role=alert]").first(), `${path}, ${kind} says what to do`).toBeVisible();
      await expect.soft(page, `${path}, ${kind}`).toHaveTitle(/^(Virhe|Fel|Error):/);
      await accessibleInBothLooks(page);
    }
  }
  return sent;
}

/** Forms that end what this journey stands on. */
const lasting = ["/sign-out", "/sessions/{id}/end", "/accounts/{id}/disabled", "/accounts/{id}/link", "/devices/{id}/end", "/groups/{id}/staff/end", "/second-factor/begin", "/incidents/{id}/handle", "/people/{id}/personal-card", "/people/{id}/personal-card/end", "/application-forms/{id}/drop", "/imports/{id}/undo",
  // Only where somebody has signed in on a tablet.
  "/devices/{id}/name",
  // Only beside a session that is cancelled: calls.spec.ts.
  "/groups/{id}/sessions/{day}/call"];

/** With what each role's forms answer when nothing is filled in: 422 where something must be, else 200 or 303. */
const people: { login: string; name: string; answers: Answers }[] = [
  {
    login: "koordinaattori",
    name: "a coordinator",
    answers: {
      "/people/search": 303,
      "/people/new": 422,
      "/people/join": 422,
      "/people/{id}/edit": 422,
      "/people/{id}/consents": 422,
      "/people/{id}/talks": 422,
      "/people/{id}/friends": 422,
      "/people/{id}/messages": 422,
      "/people/{id}/relatives": 422,
      "/people/{id}/requests/new": 422,
      "/requests/{id}/answer": 422,
      "/requests/{id}/extend": 422,
      "/requests/feedback/{id}/answer": 422,
      "/groups/{id}/cards": 422,
      "/groups/{id}/letters": 422,
      "/people/{id}/letters": 422,
      "/people/{id}/questions": 422,
      "/applications/new": 422,
      "/applications/{id}/edit": 303,
      "/applications/{id}/decide": 422,
      "/people/{id}/join": 422,
      "/people/{id}/leave": 422,
      "/people/{id}/pause": 422,
      "/people/{id}/contact": 422,
      "/people/{id}/died": 422,
      "/people/{id}/home-exercise": 422,
      "/people/{id}/home-exercise/days": 303,
      // Each of its buttons is an answer; none is no answer.
      "/reviews/settle": 404,
      "/groups/new": 422,
      "/groups/{id}/edit": 422,
      "/groups/{id}/incidents/new": 422,
      "/incidents/{id}/edit": 422,
      "/testers/{id}": 303,
      "/places/new": 422,
      "/places/{id}/edit": 422,
      "/places/{id}/remove": 422,
      "/groups/{id}/sessions": 422,
      "/groups/{id}/sessions/{day}/mark": 422,
      "/groups/{id}/sessions/{day}/cancel": 422,
      "/groups/{id}/sessions/{day}/move": 303,
      "/groups/{id}/sessions/{day}/note": 303,
      "/groups/{id}/staff": 422,
      "/groups/{id}/copy": 422,
      "/devices/unsent": 422,
      "/password": 422, "/phone": 303,
      "/break-glass": 422,
      "/imports": 422,
      "/people/{id}/erase": 422,
      "/people/{id}/restrict": 422,
    },
  },
  {
    login: "paakayttaja",
    name: "an organisation admin",
    answers: { "/statements/edit": 422, "/accounts": 422, "/letters": 303, "/ways-in": 303, "/help-line": 422, "/settings": 422, "/accounts/{id}/roles": 422, "/accounts/{id}/rights": 303, "/accounts/{id}/groups": 303, "/accounts/{id}/phone": 303, "/accounts/{id}/name": 422, "/break-glass": 422, "/devices/unsent": 422, "/password": 422, "/phone": 303 },
  },
  { login: "viranhaltija", name: "a municipal officer", answers: { "/figures/update": 422, "/figures/report/freeze": 422, "/figures/report/edit": 303, "/figures/population": 422, "/figures/goals": 303, "/figures/goals/edit": 422, "/figures/areas": 303, "/figures/areas/edit": 422, "/password": 422, "/phone": 303 } },
  { login: "tarkastaja", name: "an auditor", answers: { "/log": 303, "/password": 422, "/phone": 303 } },
  { login: "ohjaaja", name: "an instructor", answers: { "/password": 422, "/phone": 303 } },
];

for (const { login, name, answers } of people) {
  test(`every page that ${name} reaches passes axe in three languages, light and dark`, async ({ demo, browse }) => {
    test.setTimeout(600_000);
    const page = await browse({ viewport: sizes.desk });
    await demoSignIn(page, demo, login);
    await inEveryLook(page, demo.url, (await reachable(page, demo.url)).values());
  });

  test(`every page that ${name} reaches fits, and has targets that can be hit`, async ({ demo, browse }) => {
    test.setTimeout(600_000);
    const page = await browse({ viewport: sizes.desk });
    await demoSignIn(page, demo, login);
    for (const [pattern, path] of await reachable(page, demo.url)) {
      await page.goto(demo.url + path);
      await picture(page, `${login}${pattern.replaceAll(/[/{}*]+/g, "-")}`);
      await targetsAtEveryWidth(page, 44);
    }
  });

  test(`every form that ${name} reaches says what to do when nothing is filled in`, async ({ demo, browse }) => {
    test.setTimeout(600_000);
    const page = await browse({ viewport: sizes.desk });
    await demoSignIn(page, demo, login);
    const found = await reachable(page, demo.url);
    for (const language of ["sv", "en", "fi"]) {
      await page.goto(`${demo.url}/`);
      await speak(page, language);
      expect(await emptyForms(page, demo.url, found.values()), language).toEqual(answers);
    }
  });
}

test("before signing in, and in a municipality without anything in it, every page passes axe", async ({ server, browse }) => {
  test.setTimeout(900_000);
  const page = await browse({ viewport: sizes.desk });
  // A new installation asks for its set-up code before anything else, on a longer form.
  expect(await emptyForms(page, server.url, ["/set-up"])).toEqual({ "/view": 303, "/set-up": 422 });
  await server.must("admin", "municipality", "091", "Koskela");
  // As long as nobody has an account, the sign-in page leads to the set-up.
  await account(server, "municipal_officer", "ensimmainen@example.fi");
  const open = ["/sign-in", "/set-up"];
  await inEveryLook(page, server.url, open);
  for (const path of open) {
    await page.goto(server.url + path);
    await targetsAtEveryWidth(page, 44);
  }
  expect(await emptyForms(page, server.url, open)).toEqual({ "/view": 303, "/sign-in": 422, "/set-up": 422 });
  const empty = { coordinator: ["/groups", "/people", "/reviews"], municipal_officer: ["/figures"], instructor: ["/"], organisation_admin: ["/accounts"] } as const;
  // Without anything in it a page says the same to every role; the start page alone is another one for each.
  const looked = new Set<string>();
  for (const [role, pages] of Object.entries(empty) as [Role, readonly string[]][]) {
    await page.context().clearCookies();
    await enterAs(page, server, role, `${role}@example.fi`);
    if (role === "coordinator") {
      await page.goto(`${server.url}/`);
      await expect(page.getByText("Kun lisäät ryhmän, sen kerrat näkyvät täällä."), "the next step").toBeVisible();
    }
    const found = await reachable(page, server.url);
    expect([...found.keys()]).toEqual(expect.arrayContaining([...pages]));
    const paths = [...found].filter(([pattern]) => pattern === "/" || !looked.has(pattern)).map(([, path]) => path);
    for (const pattern of found.keys()) looked.add(pattern);
    await inEveryLook(page, server.url, paths);
    for (const path of paths) {
      await page.goto(server.url + path);
      await targetsAtEveryWidth(page, 44);
    }
  }
});

test("every page that anybody, and whoever takes part, reaches by links passes axe, fits, has large targets and weighs little", async ({ demo, browse }) => {
  test.setTimeout(600_000);
  const page = await browse({ viewport: sizes.phone });
  const seen = new Set<string>();
  const look = async (starts: string[]): Promise<void> => {
    for (const [pattern, path] of await reachable(page, demo.url, starts, isPublic)) {
      if (seen.has(pattern)) continue;
      seen.add(pattern);
      const body = (await (await page.goto(demo.url + path))?.body()) ?? Buffer.alloc(0);
      expect.soft(brotliCompressSync(body).length, `bytes of ${path}`).toBeLessThan(60_000);
      await accessible(page);
      await targetsAtEveryWidth(page, 64);
    }
  };
  await look(["/find", "/k", "/apply", "/support", "/exercises/sheet?e=march&e=walk"]);
  await page.goto(`${demo.url}/k`);
  await typeDemoCard(page);
  await look(["/own"]);
  // Where the pages before lead on to; what a press alone leads to; what stands on a phone without network; and what relatives
  // see: statements, feedback, ways-in, own-page, home-exercise and relatives.spec.ts look at them.
  const leadTo = ["/privacy/{code}", "/accessibility/{code}", "/support/{code}", "/feedback/{code}", "/own/start"];
  const pressed = ["/feedback/{code}/{id}", "/apply/sent", "/own/pin", "/own/exercise/kept"];
  const relatives = ["/kin", "/kin/messages", "/kin/{id}", "/kin/{id}/sessions", "/kin/{id}/visits", "/kin/{id}/pin", "/kin/{id}/results"];
  const elsewhere = [...leadTo, ...pressed, ...relatives];
  expect(routes.filter((one) => isPublic(one) && !seen.has(one) && !files.includes(one) && !elsewhere.includes(one))).toEqual([]);
});

test("links lead to every page of the router", async ({ demo, server, browse }) => {
  // The code's page follows the password alone, what is kept of a form the end of a session, a file's page the file, and a programme for home is printed where there is one; their own journeys look at them. What is public is crawled above.
  const seen = new Set(["/sign-in", "/set-up", "/sign-in/code", "/kept", "/imports/{id}", "/imports/{id}/rows", "/imports/{id}/undo", "/people/erased", "/people/{id}/home-exercise/sheet"]);
  for (const { login } of people) {
    const page = await browse();
    await demoSignIn(page, demo, login);
    for (const pattern of (await reachable(page, demo.url)).keys()) seen.add(pattern);
    await page.context().close();
  }
  // Only somebody with two roles is asked, on signing in, which one to work in.
  await server.must("admin", "municipality", "091", "Koskela");
  await account(server, "municipal_officer", "monitoimi@example.fi");
  const page = await browse();
  await enterAs(page, server, "coordinator", "monitoimi@example.fi");
  await accessible(page);
  await expect(page).toHaveURL(/\/role$/);
  seen.add("/role");
  expect(routes.filter((one) => !isPublic(one) && !seen.has(one) && !files.includes(one))).toEqual([]);
});
