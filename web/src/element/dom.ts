/** Building DOM in code: elements with their attributes and children, and the icons. No inline styles, no HTML strings. */

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Create an element. `true` is an empty attribute; `false` and undefined are left out. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** Create a button that shows an icon, a label, or both; an icon alone still gets the label as its name. */
export function createButton(
  label: string,
  onClick: () => void,
  { icon, iconOnly = false, ...attributes }: Attributes & { icon?: IconName; iconOnly?: boolean } = {},
): HTMLButtonElement {
  const button = create("button", { type: "button", ...attributes });
  if (icon) button.append(createIcon(icon));
  if (iconOnly) {
    button.ariaLabel = label;
    button.title = label;
  } else {
    button.append(create("span", {}, label));
  }
  button.addEventListener("click", onClick);
  return button;
}

/** Outlines on a 20 × 20 grid. */
const ICONS = {
  copy: "M7 7h9v9H7zM4 13V4h9",
  download: "M10 3v9m-4-3.5 4 4 4-4M4 16.5h12",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  fit: "M4 8V4h4m4 0h4v4m0 4v4h-4m-4 0H4v-4",
  again: "M16 10a6 6 0 1 1-1.8-4.3M16.5 3v3.5H13",
  close: "m5.5 5.5 9 9m0-9-9 9",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  stop: "M5.5 5.5h9v9h-9z",
  trash: "M4 6h12M8 6V4h4v2m-6.5 0 .7 10.5h7.6L14.5 6",
  alert: "M10 4 3 16.5h14zM10 9v3.2m0 2v.1",
  share: "M10 12V3m-3 3 3-3 3 3M5 9.5v7h10v-7",
  undo: "M4 8h8.5a3.75 3.75 0 0 1 0 7.5H8M7 4.5 3.5 8 7 11.5",
  redo: "M16 8H7.5a3.75 3.75 0 0 0 0 7.5H12M13 4.5 16.5 8 13 11.5",
  doubt: "M4 12.5 8 5l4 7.5M5.2 10.2h5.6M3 16.5c1-1 2-1 3 0s2 1 3 0 2-1 3 0 2 1 3 0M15.5 7h2m-2 3h2",
  width: "M3 4v12M17 4v12M6 10h8m-2-2.2 2.2 2.2L12 12.2m-4-4.4L5.8 10 8 12.2",
  full: "M4.5 6.5 6.5 5v10M13 6.5 15 5v10M10 8v.1m0 4v.1",
  boxes: "M3.5 5.5h13v4h-13zM3.5 12.5h8v3h-8z",
  turn: "M5 11a5.5 5.5 0 1 0 2-4.3M4.5 4v3.5H8",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4m3.7 8.7 3.8 3.8",
  up: "m5.5 12 4.5-4.5 4.5 4.5",
  down: "m5.5 8 4.5 4.5L14.5 8",
  camera: "M3 6.5h3.2L7.5 4.5h5l1.3 2H17v9.5H3zM10 8a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  image: "M3.5 4.5h13v11h-13zm0 9 4-4 3 3 2.5-2 3.5 3M12.6 7.9v.1",
} as const;

export type IconName = keyof typeof ICONS;

/** Draw an icon, which says nothing to a screen reader. */
export function createIcon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  setAttributes(svg, { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true" });
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
}
