// What a notification says on somebody's own phone, in which language, and where a tap leads: the page's script and the
// worker themselves, in a browser that is made of nothing but what they ask of one. No service of a browser's maker can be
// asked to send one here.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "./support/journey";

const root = resolve(import.meta.dirname, "../..");

/** Runs a file of `public` with these names of a browser. */
function run(file: string, names: Record<string, unknown>): void {
  const script = readFileSync(resolve(root, "public", file), "utf8");
  new Function(...Object.keys(names), `"use strict";\n${script}`)(...Object.values(names));
}

/** What is said to whoever is addressed as usual, as the language's file has it. */
function said(language: string): string {
  const texts = readFileSync(resolve(root, `app/texts/${language}/messages.toml`), "utf8");
  return /^push_body = (?:\{ \w+ = )?"([^"]+)"/m.exec(texts)![1];
}

type Notice = { title: string; body: string; lang: string };
type Happening = { waitUntil(what: Promise<unknown>): void; respondWith(what: Promise<unknown>): void };

class Phone {
  readonly shown: Notice[] = [];
  readonly opened: string[] = [];
  readonly stores = new Map<string, Map<string, Response>>();
  hasWorker = false;
  /** What the server answers. */
  answer: () => Promise<unknown> = async () => ({ ok: true });
  private readonly listeners = new Map<string, (event: Happening) => void>();

  private readonly caches = {
    open: async (name: string) => {
      const store = this.stores.get(name) ?? new Map<string, Response>();
      this.stores.set(name, store);
      return {
        match: async (what: string) => store.get(what)?.clone(),
        put: async (what: string, value: Response) => void store.set(what, value),
      };
    },
    has: async (name: string) => this.stores.has(name),
    delete: async (name: string) => this.stores.delete(name),
  };

  constructor() {
    const self = {
      location: { origin: "https://virea.example" },
      addEventListener: (kind: string, listener: (event: Happening) => void) => this.listeners.set(kind, listener),
      clients: { openWindow: async (address: string) => void this.opened.push(address) },
      registration: {
        showNotification: async (title: string, { body, lang }: Notice) => void this.shown.push({ title, body, lang }),
        unregister: async () => void (this.hasWorker = false),
      },
    };
    run("keep-worker.js", { self, caches: this.caches, fetch: () => this.answer() });
  }

  /** Hands the worker an event, and waits for all that it does because of it. */
  async happens(kind: string, event: object = {}): Promise<void> {
    const done: Promise<unknown>[] = [];
    const wait = (what: Promise<unknown>) => void done.push(what);
    this.listeners.get(kind)!({ ...event, waitUntil: wait, respondWith: wait });
    await Promise.allSettled(done);
  }

  /** Somebody opens a page below /own/ or sends a form there. */
  async goes(path: string, method = "GET"): Promise<void> {
    await this.happens("fetch", { request: { url: `https://virea.example${path}`, mode: "navigate", method } });
  }

  /** Presses the button on a page with these words; the address that the form takes to the server. */
  async press(body: string, language: string, permission = "granted"): Promise<{ sent?: string; refused: boolean }> {
    const [failed, address] = [{ hidden: true }, { value: "" }];
    let [sent, pressed]: [string | undefined, (event: object) => Promise<void>] = [undefined, async () => {}];
    const form = {
      dataset: { key: "key", body, language, chosen: "no" },
      hidden: true,
      elements: { address },
      querySelector: () => failed,
      addEventListener: (_: string, listener: typeof pressed) => (pressed = listener),
      submit: () => (sent = address.value),
    };
    const Notification = { requestPermission: async () => permission };
    const names = { caches: this.caches, Notification, PushManager: {} };
    const navigator = { serviceWorker: this.container() };
    run("push.js", { document: { querySelector: () => form }, navigator, ...names, globalThis: names });
    expect(form.hidden, "without a script there is no button").toBe(false);
    await pressed({ preventDefault: () => {} });
    return { sent, refused: !failed.hidden };
  }

  /** Workers as a page has them that is none of theirs, as that of a relative: nothing there is ever ready. */
  private container() {
    const worker = Object.assign(new EventTarget(), { state: "installing" });
    const registration = { installing: worker, waiting: null, active: null as unknown, pushManager: {} };
    registration.pushManager = {
      subscribe: async () => {
        if (!registration.active) throw new Error("there is no worker that works");
        return { endpoint: "https://web.push.apple.com/test" };
      },
      getSubscription: async () => null,
    };
    const begin = () => {
      registration.active = worker;
      this.hasWorker = true;
      worker.state = "activated";
      worker.dispatchEvent(new Event("statechange"));
    };
    const register = async (address: string, { scope }: { scope: string }) => {
      expect([address, scope]).toEqual(["/keep-worker.js", "/own/"]);
      setTimeout(begin);
      return registration;
    };
    return { register, ready: new Promise(() => {}), getRegistration: async () => undefined };
  }
}

/** A phone on which notifications are switched on. */
async function told(language = "fi"): Promise<Phone> {
  const phone = new Phone();
  const pressed = await phone.press(said(language), language);
  expect(pressed).toEqual({ sent: "https://web.push.apple.com/test", refused: false });
  return phone;
}

for (const language of ["fi", "sv", "en"]) test(`a notification says by heart what stood on the page, and nothing that came with it (${language})`, async () => {
  const phone = await told(language);
  // Whoever could send something along, it is not read.
  const read = () => {
    throw new Error("what came along was read");
  };
  await phone.happens("push", { data: { text: read, json: read } });
  expect(phone.shown).toEqual([{ title: "Vireä", body: said(language), lang: language }]);
  expect(said(language)).toContain("Vireä");
});

test("a tap puts the notification away and leads to the own page, whoever's that is", async () => {
  const phone = await told();
  let closed = 0;
  await phone.happens("notificationclick", { notification: { close: () => closed++ } });
  expect([closed, phone.opened]).toEqual([1, ["/own"]]);
});

test("a phone that has lost the words still says something", async () => {
  const phone = await told();
  phone.stores.clear();
  await phone.happens("push");
  expect(phone.shown).toEqual([{ title: "Vireä", body: "Avaa Vireä.", lang: "fi" }]);
});

test("with the sign-out, and at the door, words and worker go; past the door and without network they stay", async () => {
  const gone = async (phone: Phone) => !phone.hasWorker && !phone.stores.has("own-push");
  const phone = await told();
  expect(await gone(phone)).toBe(false);
  phone.answer = async () => ({ ok: false, type: "opaqueredirect" });
  await phone.goes("/own/sign-in");
  expect(await gone(phone), "led past the door").toBe(false);
  phone.answer = () => Promise.reject(new Error("no network"));
  await phone.goes("/own/sign-in");
  expect(await gone(phone), "no door was seen").toBe(false);
  phone.answer = async () => ({ ok: true });
  await phone.goes("/own/messages");
  expect(await gone(phone), "another page").toBe(false);
  await phone.goes("/own/sign-in");
  expect(await gone(phone), "the door").toBe(true);
  const other = await told();
  await other.goes("/own/sign-out", "POST");
  expect(await gone(other), "the sign-out").toBe(true);
});

test("whoever does not let the browser show any is told to choose another way, and nothing is kept", async () => {
  const phone = new Phone();
  expect(await phone.press(said("fi"), "fi", "denied")).toEqual({ sent: undefined, refused: true });
  expect([phone.hasWorker, phone.stores.size]).toEqual([false, 0]);
});
