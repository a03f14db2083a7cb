// What the server says to whoever looks after it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./support/journey";

test("a log that goes into a file is plain text, without the signs that colour a terminal", async ({ server }) => {
  await fetch(`${server.url}/sign-in`);
  await server.stop("SIGTERM");
  const log = () => readFileSync(join(server.folder, "server.log"), "utf8");
  await expect.poll(log).toContain("stopping: no new requests");
  expect(log()).toContain(`route="/sign-in"`);
  expect(log()).not.toContain("\u001b");
});
