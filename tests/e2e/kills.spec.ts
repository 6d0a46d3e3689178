/** A few kills of the browser and of its tab while the page reads. `npm run kills` does as many as one likes. */

import { spawnSync } from "node:child_process";

import { fromRoot } from "./paths.js";
import { expect, test } from "./test.js";

test("a browser that is killed while it reads loses nothing that the page had shown", () => {
  test.setTimeout(400_000);
  const { status, stdout, stderr } = spawnSync(
    fromRoot(".venv", "bin", "python"),
    ["-m", "measure.kills", "--only", "queue", "--count", "2"],
    { cwd: fromRoot(), encoding: "utf8" },
  );
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain("queue: 2 kills");
});
