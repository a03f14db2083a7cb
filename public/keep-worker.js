// Shows the programme for home that somebody has kept on this phone (keep.js), where there is no network. It keeps
// nothing by itself, and what was kept goes when somebody signs out here or the sign-in has ended.

const STORE = "own-exercise";
const PAGE = "/own/exercise/kept";
const HOME = "/own/exercise";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Whoever signs out, or stands before the door, has nothing here any more.
    if (pathname === "/own/sign-out" || pathname === "/own/sign-in") return event.waitUntil(forget());
    if (request.method === "GET" && [PAGE, HOME].includes(pathname)) event.respondWith(page(request));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(file(request));
  }
});

async function forget() {
  await caches.delete(STORE);
  await self.registration.unregister();
}

// From the server; where it cannot be reached, what was kept. A way to the door says that the sign-in has ended.
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.type === "opaqueredirect") await forget();
    return answer;
  } catch (error) {
    const kept = (await caches.has(STORE)) && (await (await caches.open(STORE)).match(PAGE));
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = (await caches.has(STORE)) && (await (await caches.open(STORE)).match(request));
    if (kept) return kept;
    throw error;
  }
}
