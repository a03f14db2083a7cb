// PouchDB's half of the comparison: its server in a process of its own, and what its page is asked to do.

import type { Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** To the server, or from it. */
export type Way = "to" | "from";

type Told = { ok: boolean; docs_written: number };
type Replicate = (address: string, options: { batch_size: number }) => Promise<Told>;
type Database = { bulkDocs(documents: object[]): Promise<object[]>; info(): Promise<object>; replicate: Record<Way, Replicate> };
type Pouch = { PouchDB: new (name: string, options?: { adapter: string }) => Database };

/** express-pouchdb over PouchDB on LevelDB, in a folder that goes with it. */
export class PouchServer {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<PouchServer> {
    const folder = mkdtempSync(join(tmpdir(), "virea-pouchdb-"));
    const program = resolve(import.meta.dirname, "pouchdb/server.mjs");
    const started = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise<number>((done, failed) => {
      started.stdout.once("data", (said) => done(Number(said)));
      started.once("error", failed);
      started.once("exit", (status) => failed(new Error(`${program} ended with ${status}`)));
    });
    return new PouchServer(folder, started, port);
  }

  async end(): Promise<void> {
    const gone = new Promise((done) => this.process.once("exit", done));
    this.process.kill();
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a mark says, as documents: as many people and sessions as the tablet's marks are about, and ids as long. */
export function documents({ groups, people, days }: { groups: number; people: number; days: number }): object[] {
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  const [stream, actor] = ids(2);
  const wall = Date.now();
  const ofGroup = (group: string) => {
    const participants = ids(people);
    return ids(days).flatMap((session) =>
      participants.map((participant) => ({ group, session, participant })),
    );
  };
  return ids(groups).flatMap(ofGroup).map((about, n) => ({
    _id: randomUUID(), kind: "attendance.set", ...about, mark: "present",
    n: n + 1, schema: 1, op_id: randomUUID(), stream, actor, hlc: `${wall + n}.0.${stream}`,
  }));
}

/** Writes them into a new database of the page. */
export async function write(page: Page, name: string, documents: object[]): Promise<void> {
  const written = await page.evaluate(
    async ([name, documents]) => {
      const { PouchDB } = globalThis as unknown as Pouch;
      const answers = await new PouchDB(name, { adapter: "indexeddb" }).bulkDocs(documents);
      return answers.filter((answer) => "ok" in answer).length;
    },
    [name, documents] as const,
  );
  if (written !== documents.length) throw new Error(`${written} of ${documents.length} documents were written`);
}

/** Milliseconds for so many documents between the page's database of that name and the server's. Both are open before. */
export async function replicate(page: Page, way: Way, name: string, batch: number, expected: number): Promise<number> {
  const [took, told] = await page.evaluate(
    async ([way, name, batch]) => {
      const { PouchDB } = globalThis as unknown as Pouch;
      const [here, there] = [new PouchDB(name, { adapter: "indexeddb" }), `${location.origin}/db/${name}`];
      await Promise.all([here.info(), new PouchDB(there).info()]);
      const begun = performance.now();
      const told = await here.replicate[way](there, { batch_size: batch });
      return [performance.now() - begun, told] as const;
    },
    [way, name, batch] as const,
  );
  if (!told.ok || told.docs_written !== expected) throw new Error(`${told.docs_written} of ${expected} documents went ${way} the server`);
  return took;
}
