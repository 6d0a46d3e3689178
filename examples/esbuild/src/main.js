import { OcrClient } from "py-ocr";

const client = new OcrClient({ baseUrl: "/py-ocr/" });
const lines = document.createElement("ol");
document.querySelector("#app").append(lines);
for await (const event of client.recognizeStream("/note.png")) {
  if (event.kind === "lines") lines.append(...event.lines.map(({ text }) => new Text(text)));
  else document.body.dataset.text = event.page.text;
}
client.dispose();
