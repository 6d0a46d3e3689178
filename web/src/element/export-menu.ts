/** A button with a menu of the forms in which results can be taken away. Arrow keys, Home, End, Escape and letters work. */

import type { ExportFormat } from "../shared/document.js";
import { say } from "../words/words.js";
import { create, createButton } from "./dom.js";

/** A form, or text whose columns and indentation are kept. */
export type ExportChoice = ExportFormat | "layout";

/** The order in which they are offered: what most people want comes first. */
const ORDER: readonly ExportChoice[] = [
  "text",
  "layout",
  "pdf",
  "markdown",
  "csv",
  "json",
  "tsv",
  "hocr",
  "alto",
];

/** What a menu offers under a heading; a menu of one section has none. */
export interface ExportSection {
  readonly title: string;
  readonly items: readonly { readonly label: string; write(): Promise<void> | void }[];
}

/** Every form, to be written by one function. */
export function everyForm(title: string, write: (choice: ExportChoice) => Promise<void>): ExportSection {
  return {
    title,
    items: ORDER.map((choice) => ({ label: say(`export.${choice}`), write: () => write(choice) })),
  };
}

/** Make the menu. While an item makes its file and hands it out, the menu says so, and then how it ended. */
export function createExportMenu(
  label: string,
  sections: readonly ExportSection[],
  attributes: Readonly<Record<string, string>> = {},
): { readonly element: HTMLElement; readonly button: HTMLButtonElement } {
  const items: HTMLButtonElement[] = [];
  const groups = sections.map((section) => {
    const buttons = section.items.map((item) => {
      const button = create("button", { type: "button", role: "menuitem", tabindex: "-1" }, item.label);
      button.addEventListener("click", () => void choose(() => item.write()));
      return button;
    });
    items.push(...buttons);
    if (!section.title) return create("div", { role: "none" }, ...buttons);
    const title = create("p", { "aria-hidden": "true" }, section.title);
    return create("div", { role: "group", "aria-label": section.title }, title, ...buttons);
  });
  const menu = create(
    "div",
    { class: "export-list", role: "menu", "aria-label": label, popover: "auto" },
    ...groups,
  );
  const note = create("span", { class: "export-note", role: "status" });
  const button = createButton(label, () => undefined, {
    ...attributes,
    icon: "download",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  });
  button.popoverTargetElement = menu; // opens and closes it
  let first = 0;

  async function choose(write: () => Promise<void> | void): Promise<void> {
    menu.hidePopover();
    button.focus();
    note.textContent = say("export.working");
    try {
      await write();
      note.textContent = "";
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  menu.addEventListener("toggle", () => {
    const isOpen = menu.matches(":popover-open");
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    place(menu, button);
    items.at(first)?.focus();
    first = 0;
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    first = event.key === "ArrowDown" ? 0 : -1;
    menu.showPopover();
  });
  menu.addEventListener("keydown", (event) => {
    const at = items.findIndex((item) => item.matches(":focus"));
    const next = nextItem(event.key, at, items);
    if (event.key === "Tab" || event.key === "Escape") {
      menu.hidePopover();
      button.focus();
      if (event.key === "Escape") event.stopPropagation();
    } else if (next !== null) {
      event.preventDefault();
      items.at(next)?.focus();
    }
  });
  return { element: create("div", { class: "export" }, button, menu, note), button };
}

/** Which item a key leads to; null for a key of no meaning. */
function nextItem(key: string, at: number, items: readonly HTMLElement[]): number | null {
  if (key === "ArrowDown") return (at + 1) % items.length;
  if (key === "ArrowUp") return (at - 1 + items.length) % items.length;
  if (key === "Home") return 0;
  if (key === "End") return items.length - 1;
  if (key.length !== 1 || key === " ") return null;
  const letters = items.map((item) => (item.textContent ?? "").toLowerCase().startsWith(key.toLowerCase()));
  const after = letters.findIndex((matches, index) => matches && index > at);
  const found = after >= 0 ? after : letters.indexOf(true);
  return found >= 0 ? found : null;
}

/** Put a menu below its button, within the window; above where there is no room. */
function place(menu: HTMLElement, button: HTMLElement): void {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const start = getComputedStyle(button).direction === "rtl" ? right - width : left;
  const x = Math.max(4, Math.min(start, innerWidth - width - 4));
  const below = bottom + 4;
  const y = below + height <= innerHeight ? below : Math.max(4, top - height - 4);
  menu.style.insetInlineStart = "auto";
  menu.style.left = `${x}px`;
  menu.style.top = `${y}px`;
}
