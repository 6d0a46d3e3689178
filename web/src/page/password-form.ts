/** Asks for the password of an encrypted PDF. It is kept for as long as the document is shown, and nowhere else. */

import { create } from "../element/dom.js";
import { say } from "../words/words.js";

/** Make the form. `onPassword` hears what was typed. */
export function createPasswordForm(onPassword: (password: string) => void): HTMLFormElement {
  const input = create("input", { type: "password", autocomplete: "off", required: true });
  const form = create(
    "form",
    { class: "password" },
    create("label", {}, say("password"), input),
    create("button", { class: "primary" }, say("password.open")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onPassword(input.value);
    input.value = "";
  });
  return form;
}
