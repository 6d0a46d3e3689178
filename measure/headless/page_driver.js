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

  return {
    input,
    start: (options) =>
      answer(() => {
        client = new globalThis.pyOcr.OcrClient(options);
        return client.start({ onProgress });
      }),
    /** Read the file that was put into `input`. */
    read: (options) => answer(() => client.recognize(input.files[0], { ...options, onProgress })),
  };
})();
