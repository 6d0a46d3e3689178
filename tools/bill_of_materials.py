"""What the site is made of: a bill of materials in CycloneDX's form. It has no dates: equal sites have equal bills.

https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.project import Project
from tools.pyodide_wheels.pins import OFFICIAL
from tools.pyodide_wheels.source_build.recipe import C_LIBRARIES, PoolSource

FILE_NAME = "sbom.cdx.json"
_WHEEL_LICENCES = {"numpy": "BSD-3-Clause", "pillow": "MIT-CMU", "pyclipper": "MIT"}
_LATE_LICENCES = {"pypdf": "BSD-3-Clause"}
_LIBRARY_LICENCES = {"zlib": "Zlib", "libjpeg-turbo": "IJG", "tiff": "libtiff"}
_MODEL_LICENCE = "Apache-2.0"


def bill_of_materials(project: Project) -> dict[str, Any]:
    """Return the bill of what the set-up of this checkout serves: packages, wheels and the C in them, models."""
    package = json.loads((project.root / "package.json").read_text(encoding="utf-8"))
    components = [
        *_node_packages(project.root, package),
        *_wheels(project),
        *_late_packages(project),
        *_models(project.root),
    ]
    own = _component("application", package["name"], package["version"], licence=package["license"])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": sorted(components, key=lambda component: str(component["bom-ref"])),
    }


def node_purl(name: str, version: str) -> str:
    """Return the package URL of an npm package."""
    return f"pkg:npm/{name.replace('@', '%40')}@{version}"


def _node_packages(root: Path, package: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield those that are served: what the project depends on itself. What they need in Node stays in Node."""
    locked = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name in package["dependencies"]:
        entry = locked[f"node_modules/{name}"]
        yield _component(
            "library", name, entry["version"], purl=node_purl(name, entry["version"]), licence=entry.get("license")
        )


def _wheels(project: Project) -> Iterator[dict[str, Any]]:
    record = json.loads((project.wheels / "provenance.json").read_text(encoding="utf-8"))
    for file, wheel in record["wheels"].items():
        name, version = file.split("-")[:2]
        yield _component(
            "library",
            name,
            version,
            purl=f"pkg:pypi/{name}@{version}",
            licence=_WHEEL_LICENCES[name],
            sha256=wheel["sha256"],
        )
    if any(wheel["build"] != OFFICIAL for wheel in record["wheels"].values()):
        # Pyodide's own are linked with others, which its distribution names.
        yield from map(_c_library, C_LIBRARIES)


def _late_packages(project: Project) -> Iterator[dict[str, Any]]:
    for path in sorted((project.build / "late-wheels").glob("*.zip")):
        name, _, version = path.stem.partition("-")
        yield _component("library", name, version, purl=f"pkg:pypi/{name}@{version}", licence=_LATE_LICENCES[name])


def _c_library(source: PoolSource) -> dict[str, Any]:
    newest = source.files[0]
    match = re.search(r"_([\d.]+)(?:\.dfsg\+really([\d.]+))?\.orig", newest.name)
    if match is None:
        raise ValueError(f"{newest.name} does not say its version")
    return _component(
        "library",
        source.name,
        match[2] or match[1],
        purl=f"pkg:generic/{source.name}@{match[2] or match[1]}",
        licence=_LIBRARY_LICENCES[source.name],
        sha256=newest.sha256,
    )


def _models(root: Path) -> Iterator[dict[str, Any]]:
    manifest = json.loads((root / "models" / "manifest.json").read_text(encoding="utf-8"))
    for name, model in manifest["models"].items():
        if model["source"]["kind"] != "pypi":  # known, and not to be had from a registry: it is not served
            continue
        source, product = model["source"], model["product"]
        yield _component(
            "machine-learning-model",
            name,
            source["version"],
            licence=_MODEL_LICENCE,
            sha256=product["sha256"],
            properties={
                "source": f"pkg:pypi/{source['package']}@{source['version']}",
                "source member": source["member"],
                "source sha256": source["sha256"],
            },
        )


def _component(
    kind: str,
    name: str,
    version: str,
    *,
    purl: str | None = None,
    licence: str | None = None,
    sha256: str | None = None,
    properties: dict[str, str] | None = None,
) -> dict[str, Any]:
    component: dict[str, Any] = {"type": kind, "bom-ref": purl or f"{name}@{version}", "name": name, "version": version}
    if purl is not None:
        component["purl"] = purl
    if licence is not None:
        component["licenses"] = [{"license": {"id": licence}}]
    if sha256 is not None:
        component["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    if properties is not None:
        component["properties"] = [{"name": f"py-ocr:{key}", "value": value} for key, value in properties.items()]
    return component
