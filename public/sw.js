// Vireä's service worker: keeps the tablet app's own files, so that it opens without a network.
// It never keeps a page or an answer with personal data; those live in the app's own store.

const build = "__BUILD__";
const files = ["__FILES__"];
const shell = "/tablet.html";
const offline = "/offline.html";
const kept = `virea-${build}`;

// All or nothing, and past the browser's own cache: script and wasm of different builds do not fit together.
self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(kept).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: "reload" })))),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("virea-") && name !== kept))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A new version waits until the app says so: never in the middle of a session or a test.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(place(url.pathname, request));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(ownFile(url.pathname, request));
  }
});

// While a participant holds the tablet, every address leads to it: what the app notes by a cache of that name.
async function place(path, request) {
  const toTablet = inTablet(path) || (await caches.has("handed-over"));
  return toTablet ? ownFile(shell, request) : page(request);
}

function inTablet(path) {
  return path === "/tablet" || path.startsWith("/tablet/");
}

// The files of this build, the shell among them, come from the worker first; an older page's file from the network.
async function ownFile(path, request) {
  const cache = await caches.open(kept);
  return (await cache.match(path)) ?? fetch(request);
}

// Every other page comes from the server; without it, a page that says so.
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(kept);
    const said = await cache.match(offline);
    if (said) return said;
    throw error;
  }
}
