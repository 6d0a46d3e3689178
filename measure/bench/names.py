"""What the contenders are called, in the options, the figures and the document."""

BALANCED, FAST, BEST = (f"py-ocr {profile}" for profile in ("balanced", "fast", "best"))
OURS = (BALANCED, FAST, BEST)
WEBGPU = "py-ocr balanced, WebGPU"
ALONE = "py-ocr balanced, no line workers"
PLAIN = "py-ocr balanced, plain pass"
ISOLATED = "py-ocr balanced, isolated"
NATIVE = "py-ocr native"
PPU = "ppu-paddle-ocr"
PADDLE = "paddleocr-js"
TESSERACT = "tesseract.js"
RAPIDOCR = "RapidOCR, native"
RIVALS = (PPU, PADDLE, TESSERACT, RAPIDOCR)

WARM, ISOLATION, PLAIN_PASS = "warm", "isolation", "plain"
"""Groups of contenders that take turns; those of other numbers of threads are called by their number."""
