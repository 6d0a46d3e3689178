"""`py-ocr serve`: one warm engine for programs in any language, by lines of JSON or by HTTP. See docs/serve.md."""
