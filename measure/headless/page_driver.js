// Runs in headless.html: one OcrClient, driven from Python. Answers are JSON text, one {value} or {error} for each call.

globalThis.headless = (() => {
  const input = document.createElement("input");
  input.type = "file";
  let client;

  const onProgress = ({ stage, done, total }) => void globalThis.reportProgress(stage, done, total);

  async function answer(work) {
    try {
      return JSON.stringify({ value: await work() });
    } catch (error) {
      if (error instanceof globalThis.pyOcr.OcrError) return JSON.stringify({ error });
      throw error;
    }
  }

  /** A document where a file has pages, else the page of a picture: as `NativeReader.read` has it. */
  async function read(file, { pages, password, pdfText, ...options }) {
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 1024).arrayBuffer()));
    let isDocument = head.includes("%PDF-") || /^PK(?:\x03\x04|\x05\x06)/.test(head);
    if (/^(?:II[*+]\0|MM\0[*+])/.test(head)) isDocument = (await client.openDocument(file)).pageCount > 1;
    if (!isDocument) return client.recognize(file, { ...options, onProgress });
    const reading = client.recognizeDocument(file, {
      ...options,
      ...(pages !== undefined && { pages }),
      ...(password !== undefined && { password }),
      ...(pdfText !== undefined && { pdfText }),
      onProgress: ({ position, count }) => onProgress({ stage: "decode", done: position, total: count }),
    });
    for (;;) {
      const next = await reading.next();
      if (next.done) return next.value;
    }
  }

  return {
    input,
    start: (options) =>
      answer(() => {
        client = new globalThis.pyOcr.OcrClient(options);
        return client.start({ onProgress });
      }),
    /** Read the file that was put into `input`. */
    read: (options) => answer(() => read(input.files[0], options)),
  };
})();
