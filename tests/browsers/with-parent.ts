/** Programs that end with the one that started them, also where that is killed and can end nothing itself. */

import { existsSync } from "node:fs";

/** Of util-linux, which every Debian has. */
const SETPRIV = "/usr/bin/setpriv";

/** Return a command that the kernel kills as soon as its parent has ended. Elsewhere than on Linux it is itself. */
export function withParent(program: string, options: readonly string[]): readonly [string, string[]] {
  if (!existsSync(SETPRIV)) return [program, [...options]];
  return [SETPRIV, ["--pdeathsig", "KILL", "--", program, ...options]];
}
