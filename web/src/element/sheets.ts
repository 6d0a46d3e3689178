/** The style sheets that every `<py-ocr>` adopts. */

import controlsCss from "../../styles/controls.css" with { type: "text" };
import elementCss from "../../styles/element.css" with { type: "text" };
import imageViewCss from "../../styles/image-view.css" with { type: "text" };
import panelCss from "../../styles/panel.css" with { type: "text" };
import tokensCss from "../../styles/tokens.css" with { type: "text" };

export const sheets = [tokensCss, controlsCss, imageViewCss, panelCss, elementCss].map((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
});
