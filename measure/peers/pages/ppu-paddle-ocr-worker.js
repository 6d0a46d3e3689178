// The worker of ppu-paddle-ocr.js: answers each message with one {value} or {error}.

import * as ort from "onnxruntime-web";
import { PaddleOcrService } from "ppu-paddle-ocr/web";

// Its cache of results takes two images for one whose first kilobyte and length agree; it would answer from memory here.
const WITHOUT_CACHE = { noCache: true };

let service;

async function start({ threads, base }) {
  ort.env.wasm.wasmPaths = `${base}ort/`;
  ort.env.wasm.numThreads = threads;
  service = new PaddleOcrService({
    model: {
      detection: `${base}models/PP-OCRv6_det_small.onnx`,
      recognition: `${base}models/PP-OCRv6_rec_small.onnx`,
      charactersDictionary: `${base}models/characters.txt`,
    },
    session: { executionProviders: ["wasm"], graphOptimizationLevel: "all" },
  });
  await service.initialize();
}

async function read(bytes) {
  const { text, lines } = await service.recognize(bytes, WITHOUT_CACHE);
  const boxes = lines.flat().map(({ text, confidence, box: { x, y, width, height } }) => ({
    text,
    score: confidence,
    quad: [
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ],
  }));
  return { text, lines: boxes, stages_ms: {} };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ value: await (data.bytes === undefined ? start(data) : read(data.bytes)) });
  } catch (error) {
    self.postMessage({ error: String(error?.message ?? error) });
  }
};
