"""The site that runs @paddleocr/paddleocr-js with nothing from elsewhere.

Its worker contains ONNX Runtime Web 1.24.3 without that version's WebAssembly file, so this file comes from the npm
registry; its models are tar files with a graph and a description, made here from the graphs in the `rapidocr`
package. The descriptions say what PaddleOCR's own say for these models.
"""

import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import onnx

from tools.errors import SetupError
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import Stamp, fingerprint
from tools.store import sha256_file

PACKAGE = Path("node_modules", "@paddleocr", "paddleocr-js")
ENTRY = Path(__file__).with_name("page.js")
ORT_PACKAGE = "onnxruntime-web@1.24.3"
ORT_FILES = {
    "ort-wasm-simd-threaded.jsep.mjs": "9a99acd12acc495184c9ea4d458ac9424f8180aacfbc7b8371ed64f9351e4a81",
    "ort-wasm-simd-threaded.jsep.wasm": "2e0a3d0e3f6b7c13ecfaba38c13691fd19c9ed470e72f9d7d8416ca59ab6dbcd",
}
INDEX = '<!doctype html><meta charset="utf-8"><title>paddleocr-js</title><script type="module" src="page.js"></script>'

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
    """Make the site, or keep the one that is there, and return its folder."""
    site = project.build / "accuracy" / "paddleocr-js"
    detector, recognizer = _model("PP-OCRv6_det_small.onnx"), _model("PP-OCRv6_rec_small.onnx")
    stamp = Stamp(site.parent / "paddleocr-js.json")
    package = project.root / PACKAGE
    if not package.is_dir():
        raise SetupError("@paddleocr/paddleocr-js is not installed.", "Run `npm ci`.")
    inputs = fingerprint(
        project.root,
        [Path(__file__), ENTRY, package / "package.json"],
        [sha256_file(detector), sha256_file(recognizer)],
    )
    products = [site / "index.html", site / "page.js"]
    if stamp.is_current(inputs, products):
        return site
    shutil.rmtree(site, ignore_errors=True)
    (site / "models").mkdir(parents=True)
    step.item("bundling")
    _bundle(project, site / "page.js")
    (site / "assets").mkdir()
    for worker in (package / "dist" / "assets").glob("worker-entry-*.js"):
        shutil.copy(worker, site / "assets")
    step.item(f"{ORT_PACKAGE} from npm")
    _fetch_ort(site / "ort")
    step.item("models")
    _pack(site / "models" / "PP-OCRv6_small_det.tar", detector, DETECTOR)
    characters = {"PostProcess": {"name": "CTCLabelDecode", "character_dict": _characters(recognizer)}}
    _pack(site / "models" / "PP-OCRv6_small_rec.tar", recognizer, RECOGNIZER | characters)
    (site / "index.html").write_text(INDEX, encoding="utf-8")
    stamp.write(inputs, products)
    return site


def _model(file: str) -> Path:
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise SetupError("The package rapidocr is not installed.", "Install requirements/measure.txt.")
    return Path(spec.origin).parent / "models" / file


def _characters(recognizer: Path) -> list[str]:
    metadata: dict[str, str] = {entry.key: entry.value for entry in onnx.load(recognizer).metadata_props}
    return metadata["character"].splitlines()


def _bundle(project: Project, target: Path) -> None:
    # OpenCV's loader names Node's modules, and uses them in Node only; the worker has its own ONNX Runtime.
    external = [f"--external:{name}" for name in ("fs", "path", "crypto", "onnxruntime-web")]
    command = ["node_modules/.bin/esbuild", str(ENTRY), "--bundle", "--format=esm", f"--outfile={target}", *external]
    _run([*command, "--log-level=error"], project.root, "Run `npm ci`, then run the command again.")


def _fetch_ort(folder: Path) -> None:
    folder.mkdir()
    with tempfile.TemporaryDirectory() as temporary:
        command = ["npm", "pack", ORT_PACKAGE, "--silent", "--pack-destination", temporary]
        _run(command, Path(temporary), "Check that the npm registry is reachable, then run the command again.")
        (archive,) = Path(temporary).glob("*.tgz")
        with tarfile.open(archive) as members:
            for name, sha256 in ORT_FILES.items():
                member = members.extractfile(f"package/dist/{name}")
                content = b"" if member is None else member.read()
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise SetupError(
                        f"{name} of {ORT_PACKAGE} is not the file expected.", "Do not trust this registry."
                    )
                (folder / name).write_bytes(content)


def _pack(target: Path, graph: Path, description: dict[str, object]) -> None:
    """Write the archive; JSON is YAML, and escapes every character that YAML would read differently."""
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in (
            ("inference.onnx", graph.read_bytes()),
            ("inference.yml", json.dumps(description).encode("ascii")),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def _run(command: list[str], folder: Path, remedy: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"{command[0]} ended with status {done.returncode}: {done.stderr.strip()[-400:]}", remedy)
