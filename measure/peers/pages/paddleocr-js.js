// @paddleocr/paddleocr-js in its worker mode; defaults in everything but where the files are and how many threads.

import { PaddleOCR } from "@paddleocr/paddleocr-js";

import { address, offer } from "./offer.js";

let ocr;

offer({
  async start({ threads }) {
    ocr = await PaddleOCR.create({
      textDetectionModelName: "PP-OCRv6_small_det",
      textDetectionModelAsset: { url: address("models/PP-OCRv6_small_det.tar") },
      textRecognitionModelName: "PP-OCRv6_small_rec",
      textRecognitionModelAsset: { url: address("models/PP-OCRv6_small_rec.tar") },
      worker: true,
      // Its worker carries the JavaScript of an older ONNX Runtime Web, which needs that version's WebAssembly file.
      ortOptions: { backend: "wasm", wasmPaths: address("ort-of-paddleocr-js/"), numThreads: threads },
    });
  },

  async read(file) {
    const [{ items }] = await ocr.predict(file);
    const lines = items.map(({ text, score, poly }) => ({ text, score, quad: poly }));
    return { lines, text: lines.map(({ text }) => text).join("\n"), stages_ms: {} };
  },
});
