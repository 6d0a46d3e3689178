// Drives one PaddleOCR instance from Python. Bundled into the site that site.py makes.

import { PaddleOCR } from "@paddleocr/paddleocr-js";

const address = (path) => new URL(path, document.baseURI).href;

const input = document.createElement("input");
input.type = "file";
let ocr;

globalThis.peer = {
  input,

  async start(threads) {
    ocr = await PaddleOCR.create({
      textDetectionModelName: "PP-OCRv6_small_det",
      textDetectionModelAsset: { url: address("models/PP-OCRv6_small_det.tar") },
      textRecognitionModelName: "PP-OCRv6_small_rec",
      textRecognitionModelAsset: { url: address("models/PP-OCRv6_small_rec.tar") },
      worker: true,
      ortOptions: { backend: "wasm", wasmPaths: address("ort/"), numThreads: threads },
    });
    return ocr.getInitializationSummary();
  },

  /** Read the file that was put into `input`. */
  async read() {
    const [{ items }] = await ocr.predict(input.files[0]);
    return items.map(({ text, score, poly }) => ({ text, score, poly }));
  },
};
