/** A button that copies text and says so in its own label for a moment. */

import { say } from "../words/words.js";
import { createButton } from "./dom.js";
import { copyText } from "./export-files.js";

const FEEDBACK_MS = 2000;

/** Create the button. `text` is asked for at the click; there is nothing to copy where it gives null. */
export function createCopyButton(
  label: string,
  text: () => string | null,
  attributes: Readonly<Record<string, string>>,
): HTMLButtonElement {
  const button = createButton(label, () => void copy(), { ...attributes, icon: "copy" });
  const said = button.querySelector("span");
  async function copy(): Promise<void> {
    const copied = text();
    if (copied === null || !said) return;
    said.textContent = await copyText(copied).then(
      () => say("copied"),
      () => say("copy.refused"),
    );
    setTimeout(() => (said.textContent = label), FEEDBACK_MS);
  }
  return button;
}
