document.addEventListener("py-ocr-result", ({ detail }) => {
  document.body.dataset.text = detail.text;
});
