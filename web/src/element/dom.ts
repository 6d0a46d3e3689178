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
  alert: "M10 4 3 16.5h14zM10 9v3.2m0 2v.1",
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
