// Loads the wheels into Pyodide under Node and checks a few numbers of each.
// Usage: node smoke.mjs PYODIDE_FOLDER WHEEL...
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...wheels] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
const pyodide = await loadPyodide();
for (const wheel of wheels) {
  await pyodide.loadPackage(pathToFileURL(wheel).href, { messageCallback() {} });
}
console.log(
  pyodide.runPython(`
import io

import numpy as np
import pyclipper
from PIL import Image, features

# numpy: arithmetic, its own linear algebra, random streams, FFT
a = np.arange(12, dtype=np.float32).reshape(3, 4)
assert (a @ a.T).tolist() == [[14, 38, 62], [38, 126, 214], [62, 214, 366]]
assert np.allclose(np.linalg.solve([[3.0, 1.0], [1.0, 2.0]], [9.0, 8.0]), [2.0, 3.0])
assert np.random.default_rng(0).integers(0, 100, 5).tolist() == [85, 63, 51, 26, 30]
assert np.allclose(np.fft.irfft(np.fft.rfft([1.0, 2.0, 3.0, 4.0])), [1, 2, 3, 4])

# Pillow: every codec that was built in, there and back
image = Image.new("RGB", (64, 32), (10, 200, 30))
for kind, options in (
    ("PNG", {}),
    ("JPEG", {"quality": 95}),
    ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ("TIFF", {"compression": "jpeg", "quality": 95}),
    ("TIFF", {"compression": "tiff_lzw"}),
):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    back = np.asarray(Image.open(io.BytesIO(stream.getvalue())).convert("RGB")).astype(int)
    assert abs(back - [10, 200, 30]).max() <= 2, kind
try:
    Image.open(io.BytesIO(b"\\xff\\xd8\\xff\\xe0 not a jpeg")).load()
    raise AssertionError("a broken JPEG was accepted")
except OSError:  # libjpeg reports by longjmp
    pass
assert not features.check("webp") and not features.check("freetype2")

# pyclipper: an offset, and a C++ exception that arrives in Python
offset = pyclipper.PyclipperOffset()
offset.AddPath([(0, 0), (100, 0), (100, 100), (0, 100)], pyclipper.JT_MITER, pyclipper.ET_CLOSEDPOLYGON)
assert pyclipper.Area(offset.Execute(10)[0]) == 14400
try:
    pyclipper.Pyclipper().AddPath([(0, 0)], pyclipper.PT_SUBJECT, True)
    raise AssertionError("a path of one point was accepted")
except pyclipper.ClipperException:
    pass

f"numpy {np.__version__}, Pillow {features.version('pil')}, pyclipper {pyclipper.__version__}: right"
`),
);
