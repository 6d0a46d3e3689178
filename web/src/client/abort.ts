/** Ending what goes on by an AbortSignal. */

/** The error of an operation that its AbortSignal ended. */
export function abortError(): DOMException {
  return new DOMException("The operation was cancelled.", "AbortError");
}

/** Settle like `promise`, but reject with an AbortError as soon as `signal` aborts. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortError());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
