"""Files with many pages, opened and made ready page by page. CPython only: in browsers TypeScript does this."""
