// Evaluated in headless.html: our client behind the contract of the others' pages, see measure/peers/pages/offer.js.

(() => {
  const input = document.createElement("input");
  input.type = "file";
  let client;

  globalThis.contender = {
    input,

    async start(options) {
      client = new globalThis.pyOcr.OcrClient(options);
      return client.start();
    },

    async read(file, onFirstLines) {
      const onLines = ({ lines }) => {
        if (lines.length > 0) onFirstLines();
      };
      const { lines, text, timings_ms: stages } = await client.recognize(file, { onLines });
      return {
        lines: lines.map(({ text, confidence, quad }) => ({ text, score: confidence, quad })),
        text,
        stages_ms: stages,
      };
    },
  };
})();
