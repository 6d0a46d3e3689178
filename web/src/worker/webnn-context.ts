/** Finds out whether WebNN works here: browsers have it behind a flag, and on some platforms only. */

import { describeError } from "../shared/errors.js";

/** The part of WebNN used here; the DOM library does not declare it yet. */
interface MachineLearning {
  createContext(options: { deviceType: "gpu" }): Promise<{ destroy?(): void }>;
}

/** Throws an Error that says why WebNN cannot be used. */
export async function probeWebnn(): Promise<void> {
  const { ml } = navigator as { ml?: MachineLearning };
  if (ml === undefined) throw new Error("this browser does not have it, or it is not switched on");
  try {
    (await ml.createContext({ deviceType: "gpu" })).destroy?.();
  } catch (error) {
    throw new Error(`the browser gave no context (${describeError(error)})`);
  }
}
