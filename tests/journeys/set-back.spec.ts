// Last week's data are copied back by hand: nobody tells the server, and the tablets find it.

import { cpSync } from "node:fs";
import { join } from "node:path";
import { accessible, enterAs, expect, picture, test } from "./support/journey";
import { row, today, twoInRoll } from "./support/hall";

const pushes = "**/api/sync/v1/push";

test("a data folder copied back by hand gets from two tablets what it lost, and everybody is told", async ({ server, browse }) => {
  const [one, two] = await twoInRoll(server, browse);
  const tablets = [one, two];
  const lastWeek = join(server.folder, "last-week");
  await server.stop("SIGTERM");
  cpSync(server.data, lastWeek, { recursive: true });
  await server.start();
  for (const [page, name] of [[one, "Aino"], [two, "Eila"]] as const) {
    await row(page, name).locator(".roll-row__tap").click();
    await expect(row(page, name)).toHaveAttribute("data-sync", "server", { timeout: 30_000 });
  }
  const present = async () => {
    const marks = await server.must("export", "--municipality", "091", "--kind", "attendance");
    return marks.split("\n").filter((line) => line.includes("present") && line.includes(today())).length;
  };
  expect(await present()).toBe(2);

  await server.stop("SIGTERM");
  // As long as nothing can be sent, it is not called sent.
  for (const page of tablets) await page.route(pushes, (route) => route.abort());
  await server.takeOver(lastWeek);
  expect(await present()).toBe(0);
  for (const page of tablets) {
    await page.goto(`${server.url}/tablet/device`);
    await page.getByRole("button", { name: "Lähetä nyt" }).click();
    await expect(page.getByRole("link", { name: /odottaa lähetystä/ })).toBeVisible();
  }
  await accessible(one);
  await picture(one, "tablet-set-back");
  for (const page of tablets) {
    await page.unroute(pushes);
    await page.getByRole("button", { name: "Lähetä nyt" }).click();
    await expect(page.getByRole("link", { name: "Kaikki on lähetetty." })).toBeVisible();
  }
  expect(await present(), "each once").toBe(2);

  const admin = await browse();
  await enterAs(admin, server, "organisation_admin", "paula.paakayttaja@example.fi");
  await admin.goto(`${server.url}/backups`);
  await expect(admin.getByText("Tietoja puuttui: palvelimella oli vanhemmat tiedot")).toBeVisible();
  await accessible(admin);
  expect((await server.run("doctor")).stdout).toContain("found to be set back");
});
