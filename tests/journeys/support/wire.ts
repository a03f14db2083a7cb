// The way between browsers and a server: it counts what passes, and can be cut.

import { connect, createServer, type Socket } from "node:net";

export class Wire {
  /** Bytes from browsers and to them since the last `reset`, heads included. */
  up = 0;
  down = 0;
  private whole = true;
  private readonly ends = new Set<Socket>();
  private readonly listener = createServer((near) => this.carry(near));

  private constructor(private readonly port: number) {}

  /** Leads to the server on that port of this machine, whether or not it runs. */
  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port);
    await new Promise<void>((done) => wire.listener.listen(0, "127.0.0.1", done));
    return wire;
  }

  /** What the browser is to ask instead of the server. */
  get url(): string {
    const address = this.listener.address();
    return `http://127.0.0.1:${address && typeof address === "object" ? address.port : 0}`;
  }

  reset(): void {
    [this.up, this.down] = [0, 0];
  }

  /** From here on nothing passes, and what is under way is broken off. */
  cut(): void {
    this.whole = false;
    for (const end of this.ends) end.destroy();
  }

  mend(): void {
    this.whole = true;
  }

  async end(): Promise<void> {
    this.cut();
    await new Promise((done) => this.listener.close(done));
  }

  private carry(near: Socket): void {
    // A browser that goes away breaks its connections off: nothing else follows from that.
    near.on("error", () => undefined);
    if (!this.whole) {
      near.destroy();
      return;
    }
    const far = connect(this.port, "127.0.0.1").on("error", () => undefined);
    near.on("data", (part) => (this.up += part.length));
    far.on("data", (part) => (this.down += part.length));
    near.pipe(far);
    far.pipe(near);
    for (const [end, other] of [[near, far], [far, near]] as const) {
      end.setNoDelay(true);
      this.ends.add(end);
      end.once("close", () => {
        this.ends.delete(end);
        other.end();
      });
    }
  }
}
