// Keeps one's own programme for home on this phone, when that is wanted: a button puts the page into the browser's own
// store, and a worker (keep-worker.js) shows it where there is no network. The page works without this script.

const STORE = "own-exercise";
const PAGE = "/own/exercise/kept";
// As it is read without network: it leads nowhere else.
const COPY = `${PAGE}?copy=yes`;
const WORKER = "/keep-worker.js";

// The one place that makes an address of code out of a text, under a named policy.
const addresses = globalThis.trustedTypes?.createPolicy("virea-keep", {
  createScriptURL(address) {
    if (address !== WORKER) throw new TypeError(`not a worker of Vireä: ${address}`);
    return address;
  },
});

const place = document.querySelector(".keep");
if (place && "serviceWorker" in navigator && "caches" in globalThis) offer(place).catch(() => {});

async function offer(place) {
  const [keep, there, drop, failed] = ["keep", "there", "drop", "failed"].map((part) => place.querySelector(`.keep__${part}`));
  const show = (kept) => {
    keep.hidden = kept;
    there.hidden = drop.hidden = !kept;
    place.hidden = false;
  };
  const kept = await isKept();
  // What is kept is as new as the last look at it here.
  if (kept) await store().catch(() => {});
  show(kept);
  keep.addEventListener("click", async () => {
    try {
      await store();
      await navigator.serviceWorker.register(addresses?.createScriptURL(WORKER) ?? WORKER, { scope: "/own/" });
      failed.hidden = true;
      show(true);
    } catch {
      failed.hidden = false;
    }
  });
  drop.addEventListener("click", async () => {
    await caches.delete(STORE);
    const registration = await navigator.serviceWorker.getRegistration("/own/");
    // The worker stays where it shows notifications.
    const told = await registration?.pushManager?.getSubscription();
    if (registration?.scope.endsWith("/own/") && !told) await registration.unregister();
    show(false);
  });
}

async function isKept() {
  return (await caches.has(STORE)) && Boolean(await (await caches.open(STORE)).match(PAGE));
}

// The page with the files that it names, all or nothing.
async function store() {
  const answer = await fetch(COPY, { redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const text = await answer.clone().text();
  const files = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((found) => found[1]);
  const cache = await caches.open(STORE);
  await cache.addAll([...new Set(files)]);
  await cache.put(PAGE, answer);
}
