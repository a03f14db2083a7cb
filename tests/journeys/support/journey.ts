// `test` with a server, windows and tablets that clean up after themselves.

import { type BrowserContext, test as base, type Page } from "@playwright/test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type Look, looking, Profile } from "./browser";
import { Virea } from "./server";

export { expect } from "@playwright/test";
export * from "./browser";
export * from "./checks";
export * from "./people";
export { Virea } from "./server";

type Fixtures = {
  /** `virea serve` on an empty database. */
  server: Virea;
  /** `virea demo`: the invented municipality. */
  demo: Virea;
  /** A new window for each call, on a device of its own that is gone with the journey: quicker than `device`. */
  browse: (look?: Look) => Promise<Page>;
  /** A new browser profile for each call: a device of its own, whose browser can be killed and started again. */
  device: (look?: Look) => Profile;
};

type Shared = {
  /** A folder with the invented municipality, built once: that takes longer than many a journey. */
  invented: string;
};

/** `virea demo` with the municipality of this folder. */
const keeping = (folder: string) => ["demo", "--keep", folder];

export const test = base.extend<Fixtures, Shared>({
  server: async ({}, use) => {
    const server = await Virea.fresh();
    await use(await server.start());
    await server.end();
  },
  invented: [
    async ({}, use) => {
      const server = await Virea.fresh((own) => keeping(own));
      await server.start();
      await server.stop("SIGTERM");
      await use(server.town);
      await server.end();
    },
    { scope: "worker" },
  ],
  demo: async ({ invented }, use) => {
    const server = await Virea.fresh((own) => keeping(own));
    cpSync(invented, server.town, { recursive: true });
    await use(await server.start());
    await server.end();
  },
  browse: async ({ browser }, use) => {
    const made: BrowserContext[] = [];
    await use(async (look) => {
      const context = await browser.newContext(looking(look));
      made.push(context);
      return context.newPage();
    });
    for (const context of made) await context.close();
  },
  device: async ({}, use) => {
    const made: Profile[] = [];
    await use((look) => {
      const profile = new Profile(look);
      made.push(profile);
      return profile;
    });
    for (const profile of made) await profile.end();
  },
});
