/** `read`: whatever a page may hold an image in, and what it says of what is none. */

import { NOTE, flat, openHost } from "./host-page.js";
import { expect, test } from "./test.js";

/** The module as a page imports it. */
type Client = typeof import("../../web/src/client/index.js");

const SOURCES = [
  "string",
  "URL",
  "data",
  "ArrayBuffer",
  "Uint8Array",
  "Response",
  "Blob",
  "img",
  "canvas",
  "OffscreenCanvas",
  "ImageData",
  "ImageBitmap",
  "VideoFrame",
  "video",
] as const;

test("an image is read from whatever holds it", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, {});
  const texts = await page.evaluate(async (names) => {
    const address = new URL("/assets/ocr-client.js", location.href).href;
    const { read } = (await import(address)) as Client;
    const blob = await (await fetch("note.png")).blob();
    const bitmap = await createImageBitmap(blob);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    const pen = canvas.getContext("2d")!;
    pen.drawImage(bitmap, 0, 0);
    const offscreen = new OffscreenCanvas(bitmap.width, bitmap.height);
    offscreen.getContext("2d")!.drawImage(bitmap, 0, 0);
    const img = new Image();
    img.src = "note.png";
    const video = document.createElement("video");
    video.muted = true;
    video.srcObject = canvas.captureStream();
    const playing = video.play();
    pen.drawImage(bitmap, 0, 0);
    await playing;
    const sources = {
      string: "note.png",
      URL: new URL("note.png", location.href),
      data: canvas.toDataURL(),
      ArrayBuffer: await blob.arrayBuffer(),
      Uint8Array: new Uint8Array(await blob.arrayBuffer()),
      Response: await fetch("note.png"),
      Blob: blob,
      img,
      canvas,
      OffscreenCanvas: offscreen,
      ImageData: pen.getImageData(0, 0, canvas.width, canvas.height),
      ImageBitmap: bitmap,
      VideoFrame: new VideoFrame(canvas, { timestamp: 0 }),
      video,
    };
    const found: Record<string, string> = {};
    for (const name of names) {
      found[name] = await read(sources[name], { backend: "wasm" }).then(
        ({ text }) => text,
        (error: Error) => error.message,
      );
    }
    return found;
  }, SOURCES);
  const expected = Object.fromEntries(SOURCES.map((name) => [name, NOTE]));
  expect(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, flat(text)]))).toEqual(
    expected,
  );
});

test("what is no image is an error that says what may be passed", async ({ page, plainSite }) => {
  await openHost(page, plainSite.url, {});
  const codes = await page.evaluate(async () => {
    const address = new URL("/assets/ocr-client.js", location.href).href;
    const { read } = (await import(address)) as Client;
    const pixels = new ImageData(4, 4);
    structuredClone(pixels.data.buffer, { transfer: [pixels.data.buffer] });
    const consumed = await fetch("note.png");
    await consumed.arrayBuffer();
    const wrong: unknown[] = [
      null,
      undefined,
      7,
      { width: 1 },
      pixels,
      new ArrayBuffer(0),
      consumed,
      await fetch("missing.png"),
      "missing.png",
    ];
    const found: string[] = [];
    for (const each of wrong) {
      await read(each as Blob, { backend: "wasm" }).catch(
        ({ code, message }: { code: string; message: string }) =>
          found.push(code === "image_shape" && !message.includes("ArrayBuffer") ? "no help" : code),
      );
    }
    return found;
  });
  expect(codes).toEqual([
    ...["image_shape", "image_shape", "image_shape", "image_shape", "image_shape"],
    ...["image_empty", "image_unreachable", "image_unreachable", "image_unreachable"],
  ]);
});
