"""@paddleocr/paddleocr-js in Chromium: a site made of its package and local model files, and a page that drives it."""
