/**
 * The page for an <iframe>: one `<py-ocr>`, told what to read by its address or by messages of the page around it.
 *
 * It listens to, and answers, nobody but its parent, and only where that is of the origin that `?origin=` names; without
 * it, of its own.
 */

import "../../styles/embed.css";
import { PyOcrElement } from "../element/ocr-element.js";
import type { OcrImage } from "../client/ocr-image.js";
import { OcrError } from "../shared/errors.js";
import type { EmbedAnswer, EmbedRequest } from "./embed-protocol.js";

const settings = new URLSearchParams(location.search);
const partner = settings.get("origin") ?? location.origin;
const element = new PyOcrElement();

for (const name of ["backend", "profile", "languages", "kernels", "params", "threads", "preload"]) {
  const value = settings.get(name);
  if (value !== null) element.setAttribute(name, value);
}

function tell(answer: EmbedAnswer): void {
  if (parent !== window) parent.postMessage(answer, partner);
}

async function read(id: number | string | null, image: OcrImage): Promise<void> {
  try {
    tell({ type: "py-ocr:result", id, page: await element.read(image) });
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    tell(
      isCancelled
        ? { type: "py-ocr:cancelled", id }
        : { type: "py-ocr:error", id, error: OcrError.from(error, "recognize").toJSON() },
    );
  }
}

addEventListener("message", ({ origin, source, data }: MessageEvent<EmbedRequest | null>) => {
  if (source !== parent || origin !== partner || typeof data !== "object" || data === null) return;
  if (data.type === "py-ocr:read") void read(data.id ?? null, data.image);
  else if (data.type === "py-ocr:cancel") element.cancel();
});
element.addEventListener("py-ocr-state", ({ detail }) => tell({ type: "py-ocr:state", state: detail }));
element.addEventListener("py-ocr-progress", ({ detail }) =>
  tell({ type: "py-ocr:progress", progress: detail }),
);

document.body.append(element);
tell({ type: "py-ocr:ready", version: 1 });
const src = settings.get("src");
if (src !== null) void read(null, src);
