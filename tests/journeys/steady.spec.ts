// Nothing moves under a finger: a second tap after 200 or 250 ms counts once, what appears takes no tap at first, and
// what is added to a screen shifts no target.

import { expect, test } from "./support/journey";
import { day, enter, failNext, furnish, openRoll, row } from "./support/hall";
import type { Locator, Page } from "@playwright/test";

const shapes = {
  "a tablet upright": { width: 820, height: 1180 },
  "a tablet on its side": { width: 1180, height: 820 },
  "a phone": { width: 390, height: 844 },
} as const;

/** Two taps on the middle of an element, as a trembling finger makes them: the stamps say so, however busy the machine is. */
async function tremble(page: Page, target: Locator, gap: number): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error("nothing to tap");
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: "left" as const, clickCount: 1 };
  const browser = await page.context().newCDPSession(page);
  const tap = async (moment: number) => {
    for (const type of ["mousePressed", "mouseReleased"] as const) {
      await browser.send("Input.dispatchMouseEvent", { ...at, type, timestamp: moment / 1000 });
    }
  };
  const begun = Date.now();
  await tap(begun);
  await page.waitForTimeout(Math.max(0, begun + gap - Date.now()));
  await tap(begun + gap);
  await browser.detach();
  // What the second one would do, it has done by then; and the hand rests before the next control.
  await page.waitForTimeout(370);
}

test("a second tap marks nobody else, undoes nothing and answers one question", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  const marks = () => page.locator(".roll-row").evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset.mark));
  const present = async () => (await marks()).filter((mark) => mark === "present").length;
  await page.waitForTimeout(400);

  for (const gap of [200, 250]) {
    const before = await present();
    await tremble(page, page.locator(".roll-row[data-mark=none] .roll-row__tap").first(), gap);
    await expect.poll(present).toBe(before + 1);
  }
  // Two steps back and not four.
  await tremble(page, page.getByRole("button", { name: "Kumoa" }), 200);
  await expect.poll(present).toBe(1);

  // All at once, and not the closing that the button turns into.
  await tremble(page, page.getByRole("button", { name: "Kaikki paikalla" }), 200);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await row(page, "Aino").locator(".roll-row__tap").click();
  await row(page, "Anja").locator(".roll-row__tap").click();
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "none");

  // The answer stands where the question stood: the next person is not answered for.
  await page.getByRole("button", { name: "Päätä kerta" }).click();
  await page.waitForTimeout(400);
  const sheet = page.getByRole("dialog");
  await tremble(page, sheet.locator(".closing__row").first().getByRole("button", { name: "poissa, ilmoitti" }), 250);
  await expect(row(page, "Aino")).toHaveAttribute("data-mark", "absent_informed");
  await expect(row(page, "Anja")).toHaveAttribute("data-mark", "none");
});

test("taps on two people one after the other both count, however quick", async ({ server, browse }) => {
  await furnish(server);
  const page = await browse();
  await enter(page, server);
  await openRoll(page);
  await page.waitForTimeout(400);
  for (const at of [0, 1, 2, 3]) {
    const box = await page.locator(".roll-row__tap").nth(at).boundingBox();
    await page.mouse.click((box?.x ?? 0) + 80, (box?.y ?? 0) + 30);
  }
  await expect(page.locator(".roll__counter")).toHaveText(/^4 \//);
});

/** Where everything that can be pressed in the list stands on the screen. */
async function places(page: Page): Promise<string[]> {
  return page.locator(".roll-row__tap, .roll-row__more, .roll__actions a, #find, #order").evaluateAll((all) =>
    all.map((one) => {
      const box = one.getBoundingClientRect();
      const name = one.closest(".roll-row")?.querySelector(".roll-row__name")?.textContent ?? one.id;
      return `${name} ${Math.round(box.x)} ${Math.round(box.y)}`;
    }),
  );
}

for (const [name, viewport] of Object.entries(shapes)) {
  test(`marks, undo, a failed write and people from another tablet shift no target, on ${name}`, async ({ server, browse }) => {
    await furnish(server);
    const page = await browse({ viewport });
    await enter(page, server);
    await openRoll(page);
    await expect(page.locator(".roll-row")).toHaveCount(18);
    // The tool scrolls to what does not take its click yet.
    await page.waitForTimeout(400);
    const before = await places(page);

    await row(page, "Aino").locator(".roll-row__tap").click();
    await expect(page.locator(".undo-bar")).toContainText("Aino: paikalla");
    expect(await places(page)).toEqual(before);

    // Somebody joins by another hand.
    const more = server.file("more.csv", "participant_ref;given_names;family_name\nX1;Aada;Uusi\n");
    await server.must("import", "--municipality", "091", "--kind", "participants", more);
    const stay = server.file("stay.csv", `group_ref;participant_ref;joined_on\nG1;X1;${day(-1)}\n`);
    await server.must("import", "--municipality", "091", "--kind", "memberships", stay);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await expect(page.locator(".roll-row")).toHaveCount(19);
    const after = await places(page);
    expect(after.filter((place) => !place.startsWith("Aada"))).toEqual(before);

    await failNext(page, "abort");
    await row(page, "Anja").locator(".roll-row__tap").click();
    await expect(page.getByRole("alert")).toBeVisible();
    expect((await places(page)).filter((place) => !place.startsWith("Aada"))).toEqual(before);
  });
}
