// What is measured, told to whoever asked for it, and the town in which that is done.

import { appendFileSync } from "node:fs";
import { day } from "./hall";
import { account } from "./people";
import type { Virea } from "./server";

/** Writes a line `name value` into the file that `cargo xtask bench` reads. */
export function note(name: string, value: number): void {
  appendFileSync(process.env.BENCH_RESULTS ?? "/dev/stdout", `${name} ${value}\n`);
}

/** How many groups, people in each of them, and session days of the last year on which all of them were marked. */
export type Size = { groups: number; people: number; sessions: number };

/** A town whose groups meet on every day of the week, and the account of one who leads them all: its set-up code. */
export async function furnish(server: Virea, login: string, { groups, people, sessions }: Size): Promise<string> {
  const each = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const pairs = <T>(make: (group: number, person: number) => T) => each(groups, (g) => each(people, (p) => make(g, p))).flat();
  const weekdays = "1 2 3 4 5 6 7";
  const two = (n: number) => String(n).padStart(2, "0");
  const born = (p: number) => `${1945 + Math.floor(p / 28)}-05-${two((p % 28) + 1)}`;
  const files: [string, string, string[]][] = [
    ["participants", "participant_ref;given_names;family_name;birth_date;sex;language", pairs((g, p) => `P${g}-${p};Aino ${p};Malli ${g};${born(p)};female;fi`)],
    ["groups", "group_ref;name;kind;weekday;starts_at;minutes;capacity;season_start;season_end", each(groups, (g) => `G${g};Ryhmä ${g};strength_balance;${weekdays};${two(8 + (g % 10))}:00;60;${people + 4};${day(-330)};${day(60)}`)],
    ["memberships", "group_ref;participant_ref;joined_on", pairs((g, p) => `G${g};P${g}-${p};${day(-330)}`)],
    ["attendance", "group_ref;held_on;session_status;participant_ref;mark", each(sessions, (s) => pairs((g, p) => `G${g};${day(-3 * (s + 1))};held;P${g}-${p};${(g + s + p) % 5 ? "present" : "absent_informed"}`)).flat()],
  ];
  await server.must("admin", "municipality", "091", "Koskela");
  for (const [kind, header, rows] of files.filter(([, , rows]) => rows.length > 0)) {
    await server.must("import", "--municipality", "091", "--kind", kind, server.file(`${kind}.csv`, [header, ...rows, ""].join("\n")));
  }
  return account(server, "instructor", login, ...each(groups, (g) => ["--group", `G${g}`]).flat());
}
