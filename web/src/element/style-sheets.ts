/** Style sheets for a shadow root. */

export function styleSheets(...sources: readonly string[]): CSSStyleSheet[] {
  return sources.map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
}
