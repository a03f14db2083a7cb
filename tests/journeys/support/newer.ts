// A server of a newer build, as a tablet meets it: passes every request on, and gives the worker another build id.

import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export class NewerBuild {
  private build = "";
  private server: Server | undefined;

  constructor(private readonly behind: string) {}

  async start(): Promise<string> {
    this.server = createServer((asked, answer) => {
      // Without its tag: the server behind would say that nothing changed.
      const { "if-none-match": tag, ...given } = asked.headers;
      const headers = { ...given, "accept-encoding": "identity" };
      const onward = request(this.behind + asked.url, { method: asked.method, headers }, (got) => {
        const parts: Buffer[] = [];
        got.on("data", (part) => parts.push(part));
        got.on("end", () => {
          let body = Buffer.concat(parts);
          if (asked.url === "/sw.js" && this.build) {
            body = Buffer.from(body.toString().replace(/const build = "[0-9a-f]+"/, `const build = "${this.build}"`));
          }
          const { "content-length": length, "transfer-encoding": coding, etag, ...rest } = got.headers;
          answer.writeHead(got.statusCode ?? 502, { ...rest, "content-length": body.length });
          answer.end(body);
        });
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on the worker is one of another build. */
  publish(build: string): void {
    this.build = build;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
