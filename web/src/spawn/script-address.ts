/**
 * Addresses of scripts as policies with Trusted Types want them: from a policy of our own, which a page allows by its name.
 * https://w3c.github.io/trusted-types/dist/spec/
 */

import { OcrError } from "../shared/errors.js";

/** The name that a page's policy has to allow. */
const NAME = "py-ocr";

/** What of Trusted Types is used here; browsers without them lack the factory. */
interface Policy {
  /** Its result is a TrustedScriptURL, which takes the place of a string. */
  createScriptURL(address: string): string;
}
interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

/** Null where the page's policy refuses ours. */
let policy: Policy | null | undefined;

/** Return an address for `new Worker` and the like. Throws OcrError (`policy_blocks_workers`) where none can be had. */
export function scriptAddress(address: string | URL): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  if (trustedTypes === undefined) return String(address);
  if (policy === undefined) policy = createPolicy(trustedTypes);
  if (policy !== null) return policy.createScriptURL(String(address));
  if (!isDemanded()) return String(address);
  throw new OcrError(
    "policy_blocks_workers",
    `The page's policy demands Trusted Types, and does not let py-ocr make its own.`,
    `Add ${NAME} to trusted-types in the Content-Security-Policy of the page and of the files of py-ocr, and 'allow-duplicates' ` +
      "where its scripts are loaded more than once.",
    "load",
  );
}

function createPolicy(factory: Factory): Policy | null {
  try {
    return factory.createPolicy(NAME, { createScriptURL: (address) => address });
  } catch {
    return null;
  }
}

/** An address that is none is told from one that is not trusted, which is looked at first. */
function isDemanded(): boolean {
  try {
    new Worker("https://[");
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}
