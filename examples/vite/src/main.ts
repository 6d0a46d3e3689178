import { read, setBaseUrl } from "py-ocr";

setBaseUrl("/py-ocr/");

const { text, lines } = await read("/note.png", { languages: ["en"] });
document.body.dataset["text"] = text;
document.querySelector("#app")!.textContent = `${lines.length} lines`;
