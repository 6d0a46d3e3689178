import { read, setBaseUrl } from "py-ocr";

setBaseUrl("/py-ocr/");

read("/note.png").then(async ({ text }) => {
  await import("py-ocr/element");
  const element = document.createElement("py-ocr");
  document.querySelector("#app").append(element);
  document.body.dataset.text = text;
});
