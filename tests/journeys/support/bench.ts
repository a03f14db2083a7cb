// What is measured, told to whoever asked for it.

import { appendFileSync } from "node:fs";

/** Writes a line `name value` into the file that `cargo xtask bench` reads. */
export function note(name: string, value: number): void {
  appendFileSync(process.env.BENCH_RESULTS ?? "/dev/stdout", `${name} ${value}\n`);
}
