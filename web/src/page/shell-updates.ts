/** The service worker of the shell: makes the page open without a network, and tells of a new version of it. */

import { scriptAddress } from "../spawn/script-address.js";

/** Register it. `onUpdate` gets a function that changes to the version that is ready. */
export function wireServiceWorker(onUpdate: (reload: () => void) => void): void {
  if (!("serviceWorker" in navigator)) return;
  const offer = (worker: ServiceWorker): void =>
    onUpdate(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      worker.postMessage("take over");
    });
  navigator.serviceWorker
    .register(scriptAddress("service-worker.js"), { updateViaCache: "none" })
    .then((registration) => {
      if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing?.addEventListener("statechange", () => {
          // Without a controller it is the first one, which replaces nothing.
          if (installing.state === "installed" && navigator.serviceWorker.controller) offer(installing);
        });
      });
    })
    .catch(() => undefined); // blocked by the browser: the page works while there is a network
}

let isEngineKept = false;

/** Have what a reading needs kept for a time without a network, once there was a reading. */
export function keepEngine(): void {
  if (isEngineKept || !("serviceWorker" in navigator)) return;
  isEngineKept = true;
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("keep engine"));
}
