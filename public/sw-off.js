// Served in place of sw.js when the worker must go: it gives up its cached files and itself.
// What people entered stays: it is in the app's own store, which this does not touch.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.map((name) => caches.delete(name))))
      .then(() => self.registration.unregister()),
  );
});
