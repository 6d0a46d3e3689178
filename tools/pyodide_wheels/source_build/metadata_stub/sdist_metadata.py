"""Stands in for a build back end while pip downloads a source distribution.

`pip download` asks the back end for the metadata; numpy's would configure a whole native build to answer, and the
others would need setuptools. This one reads the answer from PKG-INFO.
"""

from pathlib import Path


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:  # noqa: ARG001 -- PEP 517's signature
    """Return no requirements (PEP 517)."""
    return []


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: object = None) -> str:  # noqa: ARG001 -- PEP 517's signature
    """Write a minimal METADATA and return the name of its folder (PEP 517)."""
    lines = Path("PKG-INFO").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line.startswith(("Name: ", "Version: ")))
    folder = Path(metadata_directory) / f"{fields['Name']}-{fields['Version']}.dist-info"
    folder.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {fields['Name']}\nVersion: {fields['Version']}\n"
    (folder / "METADATA").write_text(metadata, encoding="utf-8")
    return folder.name
