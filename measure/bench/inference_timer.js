// Evaluated in the worker: adds up in globalThis.inferenceMs how long ONNX Runtime Web's sessions run.
async (runtimeUrl) => {
  const { InferenceSession } = await import(runtimeUrl);
  const run = InferenceSession.prototype.run;
  globalThis.inferenceMs = 0;
  InferenceSession.prototype.run = async function (...feedsAndOptions) {
    const startedAt = performance.now();
    try {
      return await run.apply(this, feedsAndOptions);
    } finally {
      globalThis.inferenceMs += performance.now() - startedAt;
    }
  };
};
