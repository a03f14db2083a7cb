// Starts the tablet app and keeps its worker: the only script of the shell besides the app's own.
import init from "/assets/web.js";

// The browser opens what the app has stored while the app itself is still being loaded.
globalThis.indexedDB?.databases?.().catch(() => {});

// While a participant holds the tablet, the worker leads every address to it (public/sw.js).
addEventListener("virea:handed-over", () => {
  globalThis.caches?.open("handed-over").catch(() => {});
});
addEventListener("virea:taken-back", () => {
  globalThis.caches?.delete("handed-over").catch(() => {});
});

// The one place that makes an address of code out of a text, under a named policy.
const addresses = globalThis.trustedTypes?.createPolicy("virea-worker", {
  createScriptURL(address) {
    if (address !== "/sw.js") throw new TypeError(`not a worker of Vireä: ${address}`);
    return address;
  },
});

// Leptos makes the unchanging parts of a screen from texts of the program, never from what people typed.
// This gate lets those through, and nothing that could run.
globalThis.trustedTypes?.createPolicy("default", {
  createHTML(text) {
    if (/<(script|iframe|object|embed)|\son\w+\s*=|javascript:/i.test(text)) throw new TypeError("HTML that could run");
    return text;
  },
});

async function keepWorker() {
  if (!("serviceWorker" in navigator)) throw new Error("this browser has no workers");
  const address = addresses?.createScriptURL("/sw.js") ?? "/sw.js";
  const registration = await navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "none" });
  // The app hears that a new version waits, and decides when it may take over (never with work unsent).
  const tell = () => {
    if (!(registration.installing || registration.waiting || registration.active)) {
      noWorker(new Error("the worker could not store the app"));
    }
    if (registration.active) kept();
    if (registration.waiting && navigator.serviceWorker.controller) {
      document.documentElement.dataset.update = "waiting";
      dispatchEvent(new CustomEvent("virea:update"));
    }
  };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
  tell();
  // The app asks by this event; the page is loaded again once, when the new worker has taken over.
  addEventListener("virea:update-now", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  });
}

// The app's own files are stored: it opens without network. Said on the document, where the start view looks.
async function kept() {
  if (!(await caches.match("/tablet.html"))) return;
  document.documentElement.dataset.worker = "kept";
  dispatchEvent(new CustomEvent("virea:worker"));
}

// The app works now, but would not open without network: the start view and the page of the tablet show that.
function noWorker(error) {
  console.error("the worker was not registered", error);
  document.documentElement.dataset.worker = "none";
  dispatchEvent(new CustomEvent("virea:worker"));
}

// The browser's own offer to install waits until the app makes it, with its reasons.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  document.documentElement.dataset.install = "ready";
  addEventListener("virea:install", () => event.prompt(), { once: true });
});

function failed(error) {
  console.error(error);
  document.getElementById("boot-opening")?.setAttribute("hidden", "");
  document.getElementById("boot-failed")?.removeAttribute("hidden");
}

try {
  await init({ module_or_path: "/assets/web_bg.wasm" });
  document.getElementById("boot")?.remove();
} catch (error) {
  failed(error);
}
keepWorker().catch(noWorker);
