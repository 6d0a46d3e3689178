/** Shows a decoder only some channels of a JPEG 2000 codestream, by a JP2 container that maps these. */

import { ColourSpace, type Jpeg2000Header } from "./jpeg2000-header.js";

const SIGNATURE = [0x0d, 0x0a, 0x87, 0x0a];
const BRAND = "jp2 ";

/**
 * Return the image as a JP2 file of these components (all of one depth) and nothing else.
 *
 * A container maps channels to components (`cmap`) only beside a palette (`pclr`), which no channel then uses.
 */
export function withChannels(header: Jpeg2000Header, channels: readonly number[]): Uint8Array {
  const { width, height, components, codestream, colourSpace } = header;
  const bits = components[channels[0]!]!.bits;
  const depth = bits - 1; // as these boxes write it
  const grey = channels.length === 1;
  const colours = grey ? ColourSpace.GREY : (colourSpace ?? ColourSpace.SRGB);
  const entry = channels.flatMap(() => (bits > 8 ? [0, 0] : [0]));
  return concatenate([
    box("jP  ", SIGNATURE),
    box("ftyp", [...ascii(BRAND), ...u32(0), ...ascii(BRAND)]),
    box("jp2h", [
      ...box("ihdr", [...u32(height), ...u32(width), ...u16(components.length), depth, 7, 0, 0]),
      ...box("colr", [1, 0, 0, ...u32(colours)]),
      ...box("pclr", [...u16(1), channels.length, ...channels.map(() => depth), ...entry]),
      ...box(
        "cmap",
        channels.flatMap((component) => [...u16(component), 0, 0]),
      ), // 0, 0: as it is
    ]),
    Uint8Array.from([...u32(8 + codestream.length), ...ascii("jp2c")]),
    codestream,
  ]);
}

function box(type: string, content: readonly number[]): Uint8Array {
  return Uint8Array.from([...u32(8 + content.length), ...ascii(type), ...content]);
}

function u16(value: number): number[] {
  return [value >>> 8, value & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
