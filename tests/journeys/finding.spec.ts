// The desk's search while a name is typed, and the same search without script.

import { accessible, demoSignIn, expect, sizes, test } from "./support/journey";

test("who is looked for stands there while the name is typed", async ({ demo, browse }) => {
  const page = await browse({ viewport: sizes.desk });
  await demoSignIn(page, demo, "koordinaattori");
  await page.goto(`${demo.url}/people`);
  const rows = page.locator("#found .row__name, #found .people__name");
  const first = (await rows.first().textContent()) ?? "";
  const all = await rows.count();
  const last = (await rows.last().textContent()) ?? "";
  await page.getByRole("searchbox").pressSequentially(last);
  await expect(rows.first()).toHaveText(last);
  await expect(page.getByRole("status").filter({ hasText: last })).toBeVisible();
  expect(await rows.count()).toBeLessThan(all);
  await accessible(page);
  await page.getByRole("searchbox").fill("");
  await expect(rows.first()).toHaveText(first);
  await expect(rows).toHaveCount(all);
  await page.getByRole("searchbox").pressSequentially("eikukaan<i>");
  await expect(rows).toHaveCount(0);
  await expect(page.getByRole("status").filter({ hasText: "eikukaan<i>" })).toBeVisible();
  await page.getByRole("searchbox").fill(last);
  await rows.first().click();
  await expect(page).toHaveURL(/\/people\/[0-9a-f-]{36}$/);
});
