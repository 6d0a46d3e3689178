import { useState } from "react";
import { createRoot } from "react-dom/client";
import { setBaseUrl } from "py-ocr";
import "py-ocr/react";

setBaseUrl("/py-ocr/");

function App() {
  const [text, setText] = useState("");
  return (
    <>
      <py-ocr
        ref={(element) => {
          element?.addEventListener("py-ocr-result", ({ detail }) => {
            setText(detail.text);
            document.body.dataset["text"] = detail.text;
          });
        }}
      >
        <img src="/note.png" alt="A note" />
      </py-ocr>
      <output>{text}</output>
    </>
  );
}

createRoot(document.querySelector("#app")!).render(<App />);
