/** What the page and its service worker agree on. */

/** The cache in which shared files wait for the page. */
export const SHARED_CACHE = "py-ocr-shared";

/** Caches of the shell begin like this, and end with its version. */
export const SHELL_CACHE = "py-ocr-shell-";
