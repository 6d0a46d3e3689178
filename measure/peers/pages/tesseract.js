// tesseract.js with English data, its defaults in everything but where the files are. It has no threads.

import Tesseract from "tesseract.js";

import { address, offer } from "./offer.js";

let worker;

offer({
  async start() {
    worker = await Tesseract.createWorker("eng", Tesseract.OEM.LSTM_ONLY, {
      workerPath: address("tesseract/worker.min.js"),
      corePath: address("tesseract/core"),
      langPath: address("tesseract/data"),
    });
  },

  async read(file) {
    // By default it gives the text alone; lines with their boxes are what the others give.
    const { data } = await worker.recognize(file, {}, { text: true, blocks: true });
    const blocks = data.blocks ?? [];
    const found = blocks.flatMap(({ paragraphs }) => paragraphs.flatMap(({ lines }) => lines));
    const lines = found.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }) => ({
      text: text.trim(),
      score: confidence / 100,
      quad: [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ],
    }));
    return { text: data.text, lines, stages_ms: {} };
  },
});
