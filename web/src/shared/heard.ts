/** Keep a rejection from counting as unhandled before the one who will await `promise` does so. */
export function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
