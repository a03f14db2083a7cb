// `test` with a server and tablets that clean up after themselves.

import { test as base } from "@playwright/test";
import { type Look, Profile } from "./browser";
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
  /** A new browser profile for each call: a device of its own. */
  device: (look?: Look) => Profile;
};

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await Virea.fresh();
    await use(await server.start());
    await server.end();
  },
  demo: async ({}, use) => {
    const server = await Virea.fresh(["demo"]);
    await use(await server.start());
    await server.end();
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
