// Help is a telephone number in the same place on every page (WCAG 3.2.6), on the tablet offline too.

import { accessible, account, enterAs, expect, picture, setUp, signIn, test } from "./support/journey";
import { enter, furnish, openRoll } from "./support/hall";

test("whom to call stands at the foot of every page and view, and is set by the municipality", async ({ server, browse }) => {
  await furnish(server);
  const help = (...words: string[]) => server.must("admin", "help-line", "--municipality", "091", ...words);
  const wrong = await server.run("admin", "help-line", "--municipality", "091", "--name", "Tuula", "soita");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain("not a telephone number");
  await help("--name", "Tuula Rantasalo", "040 765 4321");

  const desk = await browse();
  await desk.goto(`${server.url}/sign-in`);
  const call = desk.getByRole("link", { name: "040 765 4321" });
  await expect(call).toHaveAttribute("href", "tel:0407654321");
  await accessible(desk);
  await enterAs(desk, server, "coordinator", "kaisa.koordinaattori@example.fi");
  for (const path of ["/", "/people", "/people/new", "/groups", "/reviews", "/sessions", "/nowhere"]) {
    await desk.goto(server.url + path);
    await expect(desk.locator("footer").getByRole("link", { name: "040 765 4321" }), path).toBeVisible();
    await expect(desk.locator("footer"), path).toContainText(/apua\? Soit(a|takaa): Tuula Rantasalo/);
  }

  const page = await browse();
  await enter(page, server);
  await server.stop();
  await openRoll(page);
  const there = page.locator("footer").getByRole("link", { name: "040 765 4321" });
  await expect(there).toBeVisible();
  for (const path of ["", "/groups", "/device"]) {
    await page.goto(`${server.url}/tablet${path}`);
    await expect(there).toBeVisible();
  }
  await accessible(page);
  await picture(page, "tablet-help");

  await server.start();
  await help();
  await desk.context().clearCookies();
  await signIn(desk, server, "kaisa.koordinaattori@example.fi");
  await expect(desk.locator("footer")).toBeVisible();
  await expect(desk.locator("footer").getByRole("link", { name: "040 765 4321" })).toHaveCount(0);
});

test("whoever makes an account on the command line says under which number its holder is called", async ({ server, browse }) => {
  await furnish(server);
  const make = ["admin", "account", "--municipality", "091", "--role", "instructor", "--phone"];
  const wrong = await server.run(...make, "soita", "oona.ohjaaja@example.fi");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain("not a telephone number");
  const page = await browse();
  const login = "oona.ohjaaja@example.fi";
  await setUp(page, server, await account(server, "instructor", login, "--phone", "050  123 4567"));
  await signIn(page, server, login);
  await page.goto(`${server.url}/phone`);
  await expect(page.locator("[name=phone]")).toHaveValue("050 123 4567");
});
