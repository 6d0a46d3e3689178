/**
 * Free the memory of a file now that it was used. The collector would take its time: it goes by the size of its own heap,
 * which these bytes are not a part of. Browsers that lack `transfer` wait for it.
 */
export function discard({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength === 0) return; // gone already: that cannot be transferred
  (buffer as ArrayBuffer & { transfer?(bytes: number): ArrayBuffer }).transfer?.(0);
}
