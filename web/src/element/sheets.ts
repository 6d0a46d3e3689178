/** The style sheets of a `<py-ocr>` that shows its image itself. */

import controlsCss from "../../styles/controls.css" with { type: "text" };
import elementCss from "../../styles/element.css" with { type: "text" };
import imageViewCss from "../../styles/image-view.css" with { type: "text" };
import exportMenuCss from "../../styles/export-menu.css" with { type: "text" };
import linesCss from "../../styles/lines.css" with { type: "text" };
import noticeCss from "../../styles/notice.css" with { type: "text" };
import panelCss from "../../styles/panel.css" with { type: "text" };
import tokensCss from "../../styles/tokens.css" with { type: "text" };
import { styleSheets } from "./style-sheets.js";

export const sheets = styleSheets(
  tokensCss,
  controlsCss,
  imageViewCss,
  panelCss,
  noticeCss,
  linesCss,
  exportMenuCss,
  elementCss,
);
