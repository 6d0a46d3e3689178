/** What the long run does, in an order that its seed fixes. */

export type Kind =
  "image" | "document" | "cancel" | "dead worker" | "failed request" | "large image" | "lost device";

/** The profiles of models that it reads with, each by a client of its own, and how often each is taken. */
export const PROFILES = ["fast", "balanced"] as const;
export type Profile = (typeof PROFILES)[number];
const BALANCED_SHARE = 0.3;

export interface Step {
  readonly kind: Kind;
  readonly profile: Profile;
  /** The file that is read. */
  readonly name: string;
  /** For what is cancelled: after how many reports of progress. */
  readonly moment: number;
}

/** How often each kind comes, in a thousand steps. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ["document", 60],
  ["cancel", 60],
  ["dead worker", 20],
  ["failed request", 20],
];

/** What takes long comes once in so many steps, at this one of them. */
const RARE_EVERY = 400;
const RARE: Readonly<Record<number, Kind>> = { 15: "lost device", 25: "large image" };

const MOST_REPORTS = 12;

/** Give steps without an end. The same seed gives the same ones. */
export function* planSoak(
  seed: number,
  images: readonly string[],
  documents: readonly string[],
): Generator<Step, never> {
  const random = mulberry32(seed);
  const one = (names: readonly string[]): string => names[Math.floor(random() * names.length)]!;
  for (let number = 1; ; number += 1) {
    let drawn = random() * 1000;
    const common = SHARES.find(([, share]) => (drawn -= share) < 0)?.[0] ?? "image";
    const kind = RARE[number % RARE_EVERY] ?? common;
    const profile = random() < BALANCED_SHARE ? "balanced" : "fast";
    const name = one(kind === "document" ? documents : images);
    yield { kind, profile, name, moment: 1 + Math.floor(random() * MOST_REPORTS) };
  }
}

/** A small generator of pseudo-random numbers in [0, 1), by Tommy Ettinger (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
