// The tablet's shell: opens without a network once it was there, under the strict policy.

import { accessible, expect, test } from "./support/journey";
import { enter, furnish, instructor, password } from "./support/hall";
import { NewerBuild } from "./support/newer";

test("the shell opens on a deep link after the server has died and the browser was killed", async ({ server, device }) => {
  const tablet = device();
  let page = await tablet.open();
  await page.goto(`${server.url}/tablet`);
  await expect(page.locator("#boot")).toHaveCount(0);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  await server.stop("SIGKILL");
  await tablet.kill();
  page = await tablet.open();
  await page.goto(`${server.url}/tablet/groups`);
  await expect(page.locator("#boot")).toHaveCount(0);
});

test("a page that needs the server says so in three languages when there is none", async ({ server, browse }) => {
  const page = await browse();
  await page.goto(`${server.url}/tablet`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.stop("SIGKILL");
  await page.goto(`${server.url}/anything`);
  await expect(page.getByRole("heading")).toHaveText(["Ei yhteyttä", "Ingen förbindelse", "No connection"]);
  await accessible(page);
});

test("the app starts without a complaint of the policy, and its wasm is compiled as it arrives", async ({ server, browse }) => {
  const page = await browse();
  const complaints: string[] = [];
  page.on("console", (message) => !["log", "info"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const wasm = page.waitForResponse((response) => response.url().endsWith(".wasm"));
  await page.goto(`${server.url}/tablet`);
  await expect(page.locator("#boot")).toHaveCount(0);
  expect((await wasm).headers()["content-type"]).toBe("application/wasm");
  expect(complaints).toEqual([]);
});

test("nothing personal is kept by the worker: only files of the build", async ({ server, browse }) => {
  const page = await browse();
  await page.goto(`${server.url}/tablet`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const kept = await page.evaluate(async () => {
    const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept).toContain("/tablet.html");
  const allowed = (path: string) => path.startsWith("/assets/") || ["/tablet.html", "/offline.html"].includes(path);
  expect(kept.filter((path) => !allowed(path))).toEqual([]);
});

test("switched off, the worker leaves the tablet with its cached files, and what was recorded stays", async ({ server, browse }) => {
  const page = await browse();
  await page.goto(`${server.url}/tablet`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.evaluate(() => new Promise((done) => (indexedDB.open("kept").onsuccess = done)).then(() => undefined));

  await server.stop("SIGTERM");
  await server.start({ VIREA_WORKER: "false" });
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one?.update()).then(() => undefined));
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  expect(await page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name))).toContain("kept");
});

test("a newer version waits until the app takes it over, then the page is loaded again once", async ({ server, browse }) => {
  const newer = new NewerBuild(server.url);
  const url = await newer.start();
  const page = await browse();
  await page.goto(`${url}/tablet`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const kept = () => page.evaluate(async () => (await caches.keys()).sort());
  const first = await kept();

  newer.publish("00000000000000ff");
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one?.update()).then(() => undefined));
  await expect(page.locator("html")).toHaveAttribute("data-update", "waiting");
  // Both are complete; the page goes on with the one it began with.
  expect(await kept()).toEqual([...first, "virea-00000000000000ff"].sort());

  let loads = 0;
  page.on("load", () => loads++);
  const again = page.waitForEvent("load");
  await page.evaluate(() => dispatchEvent(new CustomEvent("virea:update-now")));
  await again;
  await expect.poll(kept).toEqual(["virea-00000000000000ff"]);
  await expect(page.locator("#boot")).toHaveCount(0);
  await expect(page.locator("html")).not.toHaveAttribute("data-update", "waiting");
  expect(loads).toBe(1);
  newer.stop();
});

test("an app that does not open says so in three languages, and how to try again", async ({ server, browse }) => {
  const page = await browse();
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(`${server.url}/tablet`);
  const failed = page.getByRole("alert");
  await expect(failed).toContainText("Sovellus ei auennut");
  await expect(failed.getByRole("link")).toHaveText(["Yritä uudelleen", "Försök på nytt", "Try again"]);
  await expect(page.getByText("Vireä avautuu…")).toBeHidden();
  await page.unroute("**/*.wasm");
  await failed.getByRole("link", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Kirjaudu tabletille" })).toBeVisible();
});

test("a browser that lets nothing be stored is told of, with what to do", async ({ server, browse }) => {
  const page = await browse();
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("not here", "SecurityError");
    };
  });
  await page.goto(`${server.url}/tablet`);
  await expect(page.getByRole("heading", { name: "Sovellus ei aukea" })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("Älä käytä yksityistä ikkunaa.");
  await accessible(page);
});

test("a browser that cannot keep the app says so where the tablet's state is shown", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException("no room", "QuotaExceededError"));
  });
  await page.goto(`${server.url}/tablet`);
  await page.getByLabel("Käyttäjätunnus").fill(instructor);
  await page.getByLabel("Salasana").fill(password);
  await page.getByRole("button", { name: "Kirjaudu" }).click();
  await page.getByRole("link", { name: "Kaikki on lähetetty" }).click();
  await expect(page.getByText("Sovellus ei aukea tällä tabletilla ilman verkkoa")).toBeVisible();
  await accessible(page);

  const other = await browse();
  await enter(other, server);
  await other.goto(`${server.url}/tablet/device`);
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(other.getByText("Sovellus ei aukea tällä tabletilla ilman verkkoa")).toBeHidden();
});
