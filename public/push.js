// Tells of a cancelled session by a notification on this phone, when that is wanted, on the page of somebody who takes part
// and on that of a relative: the browser names an address of its maker's, which the form takes to the server, and a worker
// (keep-worker.js) shows the words that are kept here. The page works without this script.

const STORE = "own-push";
const WORDS = "/own/push";
const WORKER = "/keep-worker.js";

// The one place that makes an address of code out of a text, under a named policy.
const addresses = globalThis.trustedTypes?.createPolicy("virea-push", {
  createScriptURL(address) {
    if (address !== WORKER) throw new TypeError(`not a worker of Vireä: ${address}`);
    return address;
  },
});

const form = document.querySelector(".push");
const can = "serviceWorker" in navigator && ["PushManager", "Notification", "caches"].every((part) => part in globalThis);
if (form && can) offer(form).catch(() => {});

async function offer(form) {
  const { key, body, language, chosen } = form.dataset;
  const keepWords = async () => {
    const words = new Response(JSON.stringify({ body, language }), { headers: { "content-type": "application/json" } });
    await (await caches.open(STORE)).put(WORDS, words);
  };
  if (chosen === "yes" && (await isHere())) return keepWords();
  form.hidden = false;
  const failed = form.querySelector(".push__failed");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      // First, while the press counts as one.
      if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
      await keepWords();
      form.elements.address.value = await subscribed(key);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}

async function isHere() {
  const registration = await navigator.serviceWorker.getRegistration("/own/");
  return Boolean(registration?.scope.endsWith("/own/") && (await registration.pushManager.getSubscription()));
}

// The address at which this phone's notifications are left.
async function subscribed(key) {
  const { pushManager } = await worker();
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return (await pushManager.subscribe(wanted)).endpoint;
  } catch {
    // One that an earlier key has made is in the way.
    await (await pushManager.getSubscription())?.unsubscribe();
    return (await pushManager.subscribe(wanted)).endpoint;
  }
}

// The worker once it works. Relatives, too, sign out and come to the door below /own/; their own pages lie elsewhere, where
// `serviceWorker.ready` would wait for ever.
async function worker() {
  const scope = { scope: "/own/" };
  const registration = await navigator.serviceWorker.register(addresses?.createScriptURL(WORKER) ?? WORKER, scope);
  const begun = registration.installing ?? registration.waiting ?? registration.active;
  await new Promise((done, failed) => {
    const look = () => {
      if (registration.active) done();
      else if (begun.state === "redundant") failed(new Error("no worker"));
    };
    begun.addEventListener("statechange", look);
    look();
  });
  return registration;
}
