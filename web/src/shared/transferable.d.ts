/** What images cross to the worker as. Both threads declare these types; here they only have to exist. */

interface Blob {
  readonly size: number;
}

interface ImageData {
  readonly data: Uint8ClampedArray;
}

interface ImageBitmap {
  close(): void;
}
