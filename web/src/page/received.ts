/** Files that other applications hand over: shared to the installed page, or opened with it. */

import { SHARED_CACHE } from "../shared/shell.js";

interface LaunchParams {
  readonly files: readonly { getFile(): Promise<File> }[];
}

declare global {
  interface Window {
    readonly launchQueue?: { setConsumer(consumer: (params: LaunchParams) => void): void };
  }
}

/** Take up what was handed over before the page opened, and what comes while it is open. */
export function receiveShared(onFiles: (files: File[]) => void): void {
  window.launchQueue?.setConsumer(({ files }) => {
    void Promise.all(files.map((file) => file.getFile())).then(onFiles);
  });
  if (!new URLSearchParams(location.search).has("shared")) return;
  history.replaceState(null, "", location.pathname);
  void takeShared()
    .catch(() => []) // the browser does not let out what it kept: there is nothing to read
    .then(onFiles);
}

/** The service worker has put what was shared into a cache, each under its name. */
async function takeShared(): Promise<File[]> {
  const cache = await caches.open(SHARED_CACHE);
  const requests = await cache.keys();
  const files = await Promise.all(
    requests.map(async (request) => {
      const response = await cache.match(request);
      const name = decodeURIComponent(new URL(request.url).pathname.split("/").pop() ?? "");
      const blob = await response?.blob();
      return blob && new File([blob], name, { type: blob.type });
    }),
  );
  await caches.delete(SHARED_CACHE);
  return files.filter((file) => file !== undefined);
}
