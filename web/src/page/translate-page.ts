/** Puts the words of the visitor's language where the page has its English ones. */

import { isWordKey, say, spoken } from "../words/words.js";

export function translatePage(): void {
  if (matchMedia("(pointer: coarse)").matches) {
    const lead = document.querySelector<HTMLElement>(".lead");
    if (lead) lead.textContent = say("page.lead.touch");
  }
  if (spoken() === "en") return;
  document.title = say("page.title");
  for (const element of document.querySelectorAll<HTMLElement>("[data-words]")) {
    const key = element.dataset["words"] ?? "";
    const isTouchLead = key === "page.lead" && matchMedia("(pointer: coarse)").matches;
    if (isWordKey(key)) element.textContent = say(isTouchLead ? "page.lead.touch" : key);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-words-label]")) {
    const key = element.dataset["wordsLabel"] ?? "";
    if (isWordKey(key)) element.ariaLabel = say(key);
  }
}
