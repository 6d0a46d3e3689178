"""The site that serves the others: a page for each, their runtimes, and the same weights for those that read PP-OCR.

Each package wants the weights in a form of its own: ppu-paddle-ocr as ONNX files with a list of characters,
@paddleocr/paddleocr-js as archives of a graph and a description, which say what PaddleOCR's own say for these models.
The worker of the latter contains ONNX Runtime Web 1.24.3 without that version's WebAssembly file, which therefore comes
from the npm registry, too.
"""

import io
import json
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

import onnx

from measure.peers.packages import FILES, HERE, install_packages
from models.catalog import MODELS
from models.fetch import fetch_source
from tools.process import run
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import Stamp, files_below, fingerprint

PAGES = HERE / "pages"
PEERS = ("paddleocr-js", "ppu-paddle-ocr", "tesseract")
"""The pages that there are: `<name>.html` of the site."""

SCRIPTS = (*PEERS, "ppu-paddle-ocr-worker")
ORT_FILES = {
    "ort": ("onnxruntime-web", "ort-wasm-simd-threaded*"),
    "ort-of-paddleocr-js": ("onnxruntime-web-of-paddleocr-js", "ort-wasm-simd-threaded.jsep.*"),
}

DETECTOR = {
    "Global": {"model_name": "PP-OCRv6_small_det"},
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetResizeForTest": None},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "std": [0.229, 0.224, 0.225],
                    "scale": "1./255.",
                    "order": "hwc",
                }
            },
            {"ToCHWImage": None},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "thresh": 0.2,
        "box_thresh": 0.45,
        "max_candidates": 3000,
        "unclip_ratio": 1.4,
    },
}
RECOGNIZER = {
    "Global": {"model_name": "PP-OCRv6_small_rec"},
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"RecResizeImg": {"image_shape": [3, 48, 320]}},
        ]
    },
}


def build_site(project: Project, step: StepProgress) -> Path:
    """Make the site, or keep the one that is there, and return its folder. Raises `SetupError`."""
    packages = install_packages(project, step)
    site = project.build / "peers" / "site"
    stamp = Stamp(site.parent / "site.json")
    sources = [Path(__file__), *files_below(PAGES), *(HERE / name for name in FILES)]
    inputs = fingerprint(project.root, sources)
    products = [site / f"{name}.html" for name in PEERS] + [site / f"{name}.js" for name in SCRIPTS]
    if stamp.is_current(inputs, products):
        return site
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    step.item("bundling")
    _bundle(project, packages, site, step)
    step.item("runtimes")
    _copy_runtimes(packages, site)
    step.item("models")
    _write_models(site / "models")
    for name in PEERS:
        page = (
            f'<!doctype html><meta charset="utf-8"><title>{name}</title><script type="module" src="{name}.js"></script>'
        )
        (site / f"{name}.html").write_text(page, encoding="utf-8")
    stamp.write(inputs, products)
    return site


def _bundle(project: Project, packages: Path, site: Path, step: StepProgress) -> None:
    # OpenCV's loader names Node's modules, and uses them in Node only.
    # Bundled from beside the packages: from here, one of them would find those of the project first.
    pages = shutil.copytree(PAGES, site.parent / "pages", dirs_exist_ok=True)
    external = [f"--external:{name}" for name in ("fs", "path", "crypto")]
    esbuild = project.root / "node_modules" / ".bin" / "esbuild"
    for name in SCRIPTS:
        options = [
            "--bundle",
            "--format=esm",
            "--minify",
            f"--outfile={site / name}.js",
            "--log-level=error",
            *external,
        ]
        # The worker of @paddleocr/paddleocr-js has its own ONNX Runtime, so the page needs none.
        if name == "paddleocr-js":
            options.append("--external:onnxruntime-web")
        run([esbuild, pages / f"{name}.js", *options], step, site.parent / "bundling.log")
    (site / "assets").mkdir()
    for worker in (packages / "@paddleocr" / "paddleocr-js" / "dist" / "assets").glob("worker-entry-*.js"):
        shutil.copy(worker, site / "assets")


def _copy_runtimes(packages: Path, site: Path) -> None:
    for folder, (package, pattern) in ORT_FILES.items():
        _copy_all(packages / package / "dist", pattern, site / folder)
    _copy_all(packages / "tesseract.js" / "dist", "worker.min.js", site / "tesseract")
    _copy_all(packages / "tesseract.js-core", "tesseract-core*-lstm.wasm.js", site / "tesseract" / "core")
    # The data that tesseract.js fetches by default.
    language = packages / "@tesseract.js-data" / "eng" / "4.0.0_best_int"
    _copy_all(language, "eng.traineddata.gz", site / "tesseract" / "data")


def _copy_all(folder: Path, pattern: str, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(pattern))
    assert found, f"{folder.name} has no {pattern}"
    for path in found:
        shutil.copy(path, target)


def _write_models(folder: Path) -> None:
    folder.mkdir()
    detector = fetch_source(MODELS["ppocr-v6-small-det"].source)
    recognizer = fetch_source(MODELS["ppocr-v6-small-rec"].source)
    (folder / "PP-OCRv6_det_small.onnx").write_bytes(detector)
    (folder / "PP-OCRv6_rec_small.onnx").write_bytes(recognizer)
    characters = charset(recognizer)
    # ppu-paddle-ocr takes lines as they are, and the model's last class is the space.
    (folder / "characters.txt").write_text("\n".join([*characters, " "]), encoding="utf-8")
    pack(folder / "PP-OCRv6_small_det.tar", detector, DETECTOR)
    decode = {"PostProcess": {"name": "CTCLabelDecode", "character_dict": characters}}
    pack(folder / "PP-OCRv6_small_rec.tar", recognizer, RECOGNIZER | decode)


def charset(graph: bytes) -> list[str]:
    """Return the characters that a recogniser's ONNX file names, in the order of its classes."""
    metadata: dict[str, str] = {entry.key: entry.value for entry in onnx.load_from_string(graph).metadata_props}
    return metadata["character"].split("\n")


def pack(target: Path, graph: bytes, description: Mapping[str, object]) -> None:
    """Write the archive of a model; JSON is YAML, and escapes every character that YAML would read differently."""
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in (
            ("inference.onnx", graph),
            ("inference.yml", json.dumps(description).encode("ascii")),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
