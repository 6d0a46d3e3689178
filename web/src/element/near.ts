/** Waiting until something is about to be seen. */

/** How far from the viewport a lazy element is near enough, as browsers hold it with lazy images. */
const MARGIN = "600px";

/** Call `act` now, or, for a lazy element, once it comes near the viewport. Nothing comes after `signal` aborts. */
export function whenNear(
  element: Element,
  loading: "eager" | "lazy",
  act: () => void,
  signal: AbortSignal,
): void {
  if (loading === "eager") {
    act();
    return;
  }
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      act();
    },
    { rootMargin: MARGIN },
  );
  seen.observe(element);
  signal.addEventListener("abort", () => seen.disconnect(), { once: true });
}
