// The real binary on a free port with its own fresh data folder. It can be stopped, killed and
// started again on the same port, and commands can be run beside it.

import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = process.env.VIREA_BINARY ?? resolve(import.meta.dirname, "../../../target/debug/virea");

export type Ran = { status: number | null; stdout: string; stderr: string };

export class Virea {
  readonly folder = mkdtempSync(join(tmpdir(), "virea-journey-"));
  private process: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private settings: NodeJS.ProcessEnv = {};

  private constructor(
    readonly port: number,
    private readonly command: (town: string) => string[],
  ) {}

  /** `virea serve` on an empty database, or another command that serves, made of a folder of its own. */
  static async fresh(command: (town: string) => string[] = () => ["serve"]): Promise<Virea> {
    return new Virea(await freePort(), command);
  }

  /** For a command that serves what lies in a folder. */
  get town(): string {
    return join(this.folder, "town");
  }

  /** The program's own folder: database and secrets. */
  get data(): string {
    return join(this.folder, "data");
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Returns when the server answers. Settings are environment variables, as `{ VIREA_WORKER: "false" }`. */
  async start(settings: NodeJS.ProcessEnv = {}): Promise<this> {
    this.settings = settings;
    const log = createWriteStream(join(this.folder, "server.log"), { flags: "a" });
    const started = spawn(binary, this.command(this.town), this.options(settings));
    started.stdout?.pipe(log, { end: false });
    started.stderr?.pipe(log, { end: false });
    this.process = started;
    let gone = false;
    this.ended = new Promise((done) => started.once("exit", done)).then(() => {
      gone = true;
      log.end();
    });
    for (let tries = 0; tries < 600 && !gone; tries++) {
      const answers = await fetch(`${this.url}/healthz`, { redirect: "manual" }).then(() => true, () => false);
      if (answers) return this;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error(`${binary} did not start; its words are in ${this.folder}/server.log`);
  }

  /** SIGKILL is the power cut, SIGTERM the orderly end. Returns when the process is gone. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.process?.kill(signal);
    await this.ended;
    this.process = undefined;
  }

  /** Goes on, as it was started, with a copy of another server's data, or of older ones of its own. */
  async takeOver(data: string): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
    cpSync(data, this.data, { recursive: true });
    await this.start(this.settings);
  }

  /** Runs a command of the binary on the same database and waits for its end. */
  run(...words: string[]): Promise<Ran> {
    return new Promise((done, failed) => {
      const started = spawn(binary, words, this.options());
      const ran: Ran = { status: null, stdout: "", stderr: "" };
      started.stdout?.on("data", (part) => (ran.stdout += part));
      started.stderr?.on("data", (part) => (ran.stderr += part));
      started.once("error", failed);
      started.once("close", (status) => done({ ...ran, status }));
    });
  }

  /** As `run`, but a failure of the command fails the journey with what the command said. */
  async must(...words: string[]): Promise<string> {
    const ran = await this.run(...words);
    if (ran.status !== 0) throw new Error(`virea ${words.join(" ")} ended with ${ran.status}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** Writes a file for an import and gives its path. */
  file(name: string, text: string): string {
    mkdirSync(join(this.folder, "files"), { recursive: true });
    const path = join(this.folder, "files", name);
    writeFileSync(path, text);
    return path;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private options(settings: NodeJS.ProcessEnv = {}) {
    const own = { VIREA_DATA: this.data, VIREA_LISTEN: `127.0.0.1:${this.port}` };
    const env: NodeJS.ProcessEnv = { ...process.env, ...own, ...settings };
    // A database of the surroundings must never be the journey's.
    delete env.DATABASE_URL;
    return { env, cwd: this.folder };
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}
