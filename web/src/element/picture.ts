/** The picture of the page that an element reads: which one it is, and when there is something new to read. */

import { OcrError } from "../shared/errors.js";

export type Picture = HTMLImageElement | HTMLCanvasElement | HTMLVideoElement;

const PICTURES = "img, canvas, video";

/** Return the picture that `owner` names by `for`, or wraps, or null. Throws OcrError when the one named is none. */
export function findPicture(owner: HTMLElement, id: string): Picture | null {
  if (!id) return owner.querySelector<Picture>(PICTURES);
  const named = (owner.getRootNode() as Document | ShadowRoot).getElementById(id);
  if (named?.matches(PICTURES)) return named as Picture;
  throw new OcrError(
    "option_invalid",
    named
      ? `for="${id}" names a <${named.localName}>.`
      : `There is no element with the id ${id} for for="${id}".`,
    "Name an <img>, <canvas> or <video> of the same document, which stands there already.",
    "load",
  );
}

/** What is told of a picture. */
export interface PictureListener {
  /** There is something to read. */
  onPicture(): void;
  /** What was read is shown no more. */
  onGone(): void;
}

/** Tell when a picture has something to read, now or later: an image that has come, a video that stands still. */
export function watchPicture(
  picture: Picture,
  { onPicture, onGone }: PictureListener,
  signal: AbortSignal,
): void {
  const on = (event: string, listener: () => void): void =>
    picture.addEventListener(event, listener, { signal });
  if (picture instanceof HTMLCanvasElement) {
    onPicture();
  } else if (picture instanceof HTMLImageElement) {
    on("load", onPicture);
    if (picture.complete && picture.naturalWidth > 0) onPicture();
    else onGone();
  } else {
    const whenStill = (): void => {
      if (picture.paused && picture.readyState >= picture.HAVE_CURRENT_DATA) onPicture();
    };
    for (const event of ["loadeddata", "pause", "seeked"]) on(event, whenStill);
    on("play", onGone);
    whenStill();
  }
}
