// A server of a newer build, as a tablet meets it: passes every request on, and once published gives the program's
// files new names and new content: another worker, another script, another wasm.

import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const program = /\/assets\/(boot|web|web_bg|web_split|split_[a-z]+|chunk_\d+)-([0-9a-f]{16})\.(js|wasm)/g;

/** A custom section, which every engine skips: the same program in other bytes. */
const section = Buffer.from([0, 6, 5, ...Buffer.from("newer")]);

export class NewerBuild {
  private build = "";
  private server: Server | undefined;
  private readonly earlier = new Map<string, string>();

  constructor(private readonly behind: string) {}

  async start(): Promise<string> {
    this.server = createServer((asked, answer) => {
      const url = this.earlier.get(asked.url ?? "") ?? asked.url ?? "/";
      const newer = url !== asked.url;
      // Without its tag: the server behind would say that nothing changed.
      const { "if-none-match": tag, ...given } = asked.headers;
      const headers = { ...given, "accept-encoding": "identity" };
      const onward = request(this.behind + url, { method: asked.method, headers }, (got) => {
        if (got.headers["content-type"]?.startsWith("text/event-stream")) {
          answer.writeHead(got.statusCode ?? 502, got.headers);
          got.pipe(answer);
          return;
        }
        const parts: Buffer[] = [];
        got.on("data", (part) => parts.push(part));
        got.on("end", () => {
          const body = this.changed(url, newer, got.headers, Buffer.concat(parts));
          const { "content-length": length, "transfer-encoding": coding, etag, ...rest } = got.headers;
          answer.writeHead(got.statusCode ?? 502, { ...rest, "content-length": body.length });
          answer.end(body);
        });
      });
      onward.on("error", () => answer.destroy());
      asked.on("close", () => asked.complete || onward.destroy());
      answer.on("close", () => onward.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on the worker and the program are those of another build. */
  publish(build: string): void {
    this.build = build;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private changed(url: string, newer: boolean, headers: IncomingHttpHeaders, body: Buffer): Buffer {
    if (!this.build) return body;
    if (newer && url.endsWith(".wasm")) return Buffer.concat([body, section]);
    const names = newer || ["/sw.js", "/tablet.html"].includes(url) || url.startsWith("/tablet");
    if (!names || !/^text\//.test(headers["content-type"] ?? "")) return body;
    const renamed = body.toString().replace(program, (name, stem: string, _: string, ending: string) => {
      const fresh = `/assets/${stem}-${this.build}.${ending}`;
      this.earlier.set(fresh, name);
      return fresh;
    });
    return Buffer.from(renamed.replace(/const build = "[0-9a-f]+"/, `const build = "${this.build}"`));
  }
}
