// ppu-paddle-ocr as its README runs it off the main thread: the service in a worker, the image's bytes handed over.

import { address, offer } from "./offer.js";

let worker;

/** Post one message and wait for its answer; there is never more than one under way. */
const ask = (message, transfer) =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) =>
      data.error === undefined ? resolve(data.value) : reject(new Error(data.error));
    worker.onerror = ({ message: reason }) => reject(new Error(reason));
    worker.postMessage(message, transfer);
  });

offer({
  async start({ threads }) {
    worker = new Worker(address("ppu-paddle-ocr-worker.js"), { type: "module" });
    await ask({ threads, base: address(".") }, []);
  },

  async read(file) {
    const bytes = await file.arrayBuffer();
    return ask({ bytes }, [bytes]);
  },
});
