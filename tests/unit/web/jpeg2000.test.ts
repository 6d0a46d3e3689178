/** What a JPEG 2000 file says of itself, and the container that shows a decoder some of its channels. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { FileBytes } from "../../../web/src/worker/file-bytes.js";
import { withChannels } from "../../../web/src/worker/jpeg2000-channels.js";
import {
  ColourSpace,
  type Jpeg2000Header,
  isJpeg2000,
  isJpeg2000Truncated,
  readJpeg2000Header,
} from "../../../web/src/worker/jpeg2000-header.js";

function fixture(name: string): FileBytes {
  return new FileBytes(Uint8Array.from(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))));
}

function header(name: string): Jpeg2000Header {
  const read = readJpeg2000Header(fixture(name));
  assert.ok(read);
  return read;
}

/** The contents of the boxes of a JP2 file by type, those of the header box included. */
function boxesOf(bytes: Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const content = bytes.subarray(at + 8, at + view.getUint32(at));
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.set(type, content);
    if (type === "jp2h") for (const [inner, its] of boxesOf(content)) found.set(inner, its);
  }
  return found;
}

test("components, depth and colours are read from container and codestream", () => {
  const summary = (name: string): unknown => {
    const { width, height, components, colourSpace, hasPalette } = header(name);
    return [width, height, components.map(({ bits, dx, dy }) => [bits, dx, dy]), colourSpace, hasPalette];
  };
  const full = [8, 1, 1];
  assert.deepEqual(summary("note.jp2"), [230, 200, [full, full, full], ColourSpace.SRGB, false]);
  assert.deepEqual(summary("note.j2k"), [230, 200, [full, full, full], undefined, false]);
  assert.deepEqual(summary("note-grey.jp2"), [230, 200, [full], ColourSpace.GREY, false]);
  assert.deepEqual(summary("note-16-bit.jp2"), [230, 200, [[16, 1, 1]], ColourSpace.GREY, false]);
  assert.deepEqual(summary("note-transparent-grey.j2k"), [230, 200, [full, full], undefined, false]);
});

test("the codestream is what the container holds, from its first marker to its last", () => {
  const { codestream } = header("note.jp2");
  assert.deepEqual([...codestream.subarray(0, 4)], [0xff, 0x4f, 0xff, 0x51]);
  assert.deepEqual([...codestream.subarray(-2)], [0xff, 0xd9]);
});

test("where the byte of depth and sign stands is said, so that it can be changed", () => {
  const bytes = fixture("note-grey.j2k").bytes;
  const [component] = readJpeg2000Header(new FileBytes(bytes))!.components;
  assert.equal(component?.isSigned, false);
  bytes[component!.depthAt]! |= 0x80;
  const [signed] = readJpeg2000Header(new FileBytes(bytes))!.components;
  assert.deepEqual([signed?.isSigned, signed?.bits], [true, 8]);
  bytes[component!.depthAt] = 0x80;
  const [bit] = readJpeg2000Header(new FileBytes(bytes))!.components;
  assert.deepEqual([bit?.isSigned, bit?.bits], [true, 1]);
});

test("the size of an image is from its near corner to its far one", () => {
  const { bytes } = fixture("note.j2k");
  new DataView(bytes.buffer).setUint32(16, 30);
  new DataView(bytes.buffer).setUint32(20, 50);
  const read = readJpeg2000Header(new FileBytes(bytes));
  assert.deepEqual([read?.width, read?.height], [200, 150]);
});

test("a colour profile names no colour space", () => {
  const { bytes } = fixture("note.jp2");
  bytes[Buffer.from(bytes).indexOf("colr") + 4] = 2;
  assert.equal(readJpeg2000Header(new FileBytes(bytes))?.colourSpace, undefined);
});

test("what follows the codestream in its container is no part of it", () => {
  const whole = header("note-grey.jp2");
  const container = withChannels(whole, [0]);
  const longer = Uint8Array.from([...container, 0, 0, 0, 9, ...Buffer.from("free"), 1]);
  assert.deepEqual(readJpeg2000Header(new FileBytes(longer))?.codestream, whole.codestream);
});

test("a damaged header is no header", () => {
  const damages: readonly (readonly [at: number, value: number])[][] = [
    [[5, 0]], // the length of the segment
    [[41, 2]], // the number of components, which it does not fit
    [
      [5, 38],
      [41, 0],
    ], // which it fits, and there is none
    [[19, 230]], // the near corner, which is as far as the far one
  ];
  for (const damage of damages) {
    const { bytes } = fixture("note.j2k");
    for (const [at, value] of damage) bytes[at] = value;
    assert.equal(readJpeg2000Header(new FileBytes(bytes)), undefined);
  }
  assert.equal(readJpeg2000Header(new FileBytes(fixture("note.jp2").bytes.subarray(0, 60))), undefined);
});

test("only JPEG 2000 is taken for it", () => {
  assert.equal(isJpeg2000(fixture("note.jp2")), true);
  assert.equal(isJpeg2000(fixture("note.j2k")), true);
  assert.equal(isJpeg2000(fixture("note.avif")), false);
  assert.equal(isJpeg2000(new FileBytes(new Uint8Array(0))), false);
});

test("a file that ends before its codestream is cut off, at whatever byte", () => {
  for (const name of ["note.jp2", "note.j2k"]) {
    const file = fixture(name);
    assert.equal(isJpeg2000Truncated(file), false);
    for (const missing of [1, 2, 3, 1000]) {
      const cut = new FileBytes(file.bytes.subarray(0, file.length - missing));
      assert.equal(isJpeg2000Truncated(cut), true, `${name} without ${missing}`);
    }
  }
});

test("a container shows the channels that were chosen, in their order, beside a palette that none uses", () => {
  const whole = header("note-transparent.jp2");
  const boxes = boxesOf(withChannels(whole, [0, 1, 2]));
  assert.deepEqual([...boxes.keys()].slice(0, 2), ["jP  ", "ftyp"]);
  assert.deepEqual([...boxes.get("ihdr")!], [0, 0, 0, 200, 0, 0, 0, 230, 0, 4, 7, 7, 0, 0]);
  assert.deepEqual([...boxes.get("cmap")!], [0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0]);
  assert.deepEqual([...boxes.get("pclr")!], [0, 1, 3, 7, 7, 7, 0, 0, 0]);
  assert.deepEqual([...boxes.get("colr")!], [1, 0, 0, 0, 0, 0, ColourSpace.SRGB]);
  assert.deepEqual(boxes.get("jp2c"), whole.codestream);
});

test("one channel is a grey image of its own depth", () => {
  const alpha = readJpeg2000Header(new FileBytes(withChannels(header("note-transparent.jp2"), [3])));
  assert.equal(alpha?.colourSpace, ColourSpace.GREY);
  assert.equal(alpha?.hasPalette, true);
  const deep = boxesOf(withChannels(header("note-16-bit.jp2"), [0]));
  assert.deepEqual([...deep.get("pclr")!], [0, 1, 1, 15, 0, 0]);
});
