/** Images that are named by an address. */

import { OcrError } from "../shared/errors.js";

/** The last part of an address, as a person would call the file. */
export function fileName(address: string): string {
  if (/^(?:data|blob):/u.test(address)) return "image";
  const name = address.split(/[?#]/u)[0]?.split("/").pop() || "image";
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that escapes nothing: the name is what is written
  }
}

/** Fetch an image. Rejects with `image_unreachable`, or with an AbortError. */
export async function fetchImage(src: string, signal?: AbortSignal): Promise<Blob> {
  const response = await fetch(src, signal ? { signal } : {}).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new OcrError(
      "image_unreachable",
      `The image at ${shown(src)} could not be fetched.`,
      "Check the address and the connection; an image of another site needs that site's permission (CORS), and the " +
        "page's policy, if it has one, has to allow its address (connect-src).",
      "decode",
    );
  });
  if (response.ok) return response.blob();
  throw new OcrError(
    "image_unreachable",
    `The server answered ${response.status} for the image at ${shown(src)}.`,
    "Check the address of the image.",
    "decode",
  );
}

/** An address as it can be shown: a data: URL is the image itself. */
function shown(src: string): string {
  return src.startsWith("data:") ? `${src.slice(0, 40)}…` : src;
}
