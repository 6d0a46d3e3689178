// Evaluated in the page of a contender: reads the file in `contender.input` and says when its text was there.

globalThis.clock = (() => {
  /** Times are milliseconds since the page was navigated to. */
  async function timed() {
    const { contender } = globalThis;
    let firstAt;
    const { lines, stages_ms: stages } = await contender.read(contender.input.files[0], () => {
      firstAt ??= performance.now();
    });
    const wholeAt = performance.now();
    return { first_at: firstAt ?? wholeAt, whole_at: wholeAt, lines: lines.length, stages_ms: stages };
  }

  return {
    /** Read, warm. */
    async read() {
      const startedAt = performance.now();
      const { first_at: firstAt, whole_at: wholeAt, ...rest } = await timed();
      return { first_ms: firstAt - startedAt, whole_ms: wholeAt - startedAt, ...rest };
    },

    /** Start the engine and read; `origin_ms` is when the page was navigated to, since 1970. */
    async visit(options) {
      await globalThis.contender.start(options);
      const { first_at: firstMs, whole_at: wholeMs } = await timed();
      return { first_ms: firstMs, whole_ms: wholeMs, origin_ms: performance.timeOrigin };
    },
  };
})();
