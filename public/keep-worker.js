// Shows the programme for home that somebody has kept on this phone (keep.js), where there is no network, and the
// notifications that they, or a relative of theirs, have switched on (push.js). It keeps nothing by itself, and what was
// kept goes when somebody signs out here or the sign-in has ended.

const STORE = "own-exercise";
const PAGE = "/own/exercise/kept";
const HOME = "/own/exercise";
// Where the installed program begins: the server leads on to the own page, which lies above what the worker sees.
const START = "/own/start";
const TOLD = "own-push";
const WORDS = "/own/push";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // Whoever signs out has nothing here any more.
    if (pathname === "/own/sign-out") return event.waitUntil(forget());
    if (request.method !== "GET") return;
    if (pathname === "/own/sign-in") event.respondWith(door(request));
    else if ([PAGE, HOME].includes(pathname)) event.respondWith(page(request));
    else if (pathname === START) event.respondWith(fetched(request, PAGE));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(fetched(request, request));
  }
});

// A notification brings nothing along: what it says was kept when it was switched on.
self.addEventListener("push", (event) => event.waitUntil(tell()));

async function tell() {
  const kept = await (await caches.open(TOLD)).match(WORDS);
  const { body, language } = kept ? await kept.json() : { body: "Avaa Vireä.", language: "fi" };
  await self.registration.showNotification("Vireä", { body, lang: language, tag: "virea", renotify: true });
}

// The address leads whoever is signed in here to their page, a relative to theirs.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/own"));
});

// With the worker its notifications end, too.
async function forget() {
  await caches.delete(STORE);
  await caches.delete(TOLD);
  await self.registration.unregister();
}

// Whoever stands before the door has nothing here any more; whoever is signed in is led past it, and keeps it.
async function door(request) {
  const answer = await fetch(request);
  if (answer.ok) await forget();
  return answer;
}

// A way to another page says that there is no programme any more, or leads to the door.
async function page(request) {
  const answer = await fetched(request, PAGE);
  if (answer.type === "opaqueredirect") await caches.delete(STORE);
  return answer;
}

// From the server; where it cannot be reached, what was kept under that name.
async function fetched(request, name) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = (await caches.has(STORE)) && (await (await caches.open(STORE)).match(name));
    if (kept) return kept;
    throw error;
  }
}
