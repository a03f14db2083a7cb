// How the browser is started, and profiles that outlive it: the process can be killed and the profile opened again.

import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "@playwright/test";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What root, a machine without a screen and a quiet network need. */
export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const executablePath = process.env.VIREA_CHROMIUM?.startsWith("/")
  ? process.env.VIREA_CHROMIUM
  : `/usr/bin/${process.env.VIREA_CHROMIUM ?? "chromium"}`;

/** The sizes that screens are made for (CSS pixels). */
export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desk: { width: 1440, height: 900 },
} as const;

export type Look = BrowserContextOptions;

/** As people in Finland have it, on a tablet unless something else is said. */
const usual: Look = { viewport: sizes.tablet, locale: "fi-FI", timezoneId: "Europe/Helsinki" };

/** That look, where nothing else is said. */
export const looking = (look: Look = {}): Look => ({ ...usual, ...look });

export class Profile {
  readonly folder = mkdtempSync(join(tmpdir(), "virea-profile-"));
  private context: BrowserContext | undefined;

  constructor(private readonly look: Look = {}) {}

  /** Another profile that begins as this one is, whose browser is closed. */
  copied(): Profile {
    const copy = new Profile(this.look);
    cpSync(this.folder, copy.folder, { recursive: true });
    return copy;
  }

  /** Starts the browser on this profile; the page is its first tab. */
  async open(look: Look = {}): Promise<Page> {
    const shape = looking({ ...this.look, ...look });
    const launch = () => chromium.launchPersistentContext(this.folder, { executablePath, args: flags, ...shape });
    // Now and then Chromium ends by itself before anything is asked of it; twice in a row is a fault of ours.
    this.context = await launch().catch(launch);
    return this.context.pages()[0] ?? (await this.context.newPage());
  }

  /** Ends the browser in order. */
  async close(): Promise<void> {
    await this.context?.close();
    this.context = undefined;
  }

  /** Kills the browser's processes as the operating system or an empty battery would. */
  async kill(): Promise<void> {
    const gone = new Promise((done) => this.context?.once("close", done));
    for (const pid of this.processes()) process.kill(pid, "SIGKILL");
    await gone;
    this.context = undefined;
    // A lock of the killed process must not make the next one believe that it still runs.
    for (const name of ["SingletonLock", "SingletonCookie", "SingletonSocket"]) {
      rmSync(join(this.folder, name), { force: true });
    }
  }

  async end(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Only processes started with this very profile. */
  private processes(): number[] {
    const wanted = `--user-data-dir=${this.folder}`;
    const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return numbers.map(Number).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(wanted);
      } catch {
        return false;
      }
    });
  }
}
