"""The back end that numpy names."""

from sdist_metadata import (  # type: ignore[import-not-found]  # beside this file, on PYTHONPATH when pip runs it
    get_requires_for_build_wheel,
    prepare_metadata_for_build_wheel,
)

__all__ = ["get_requires_for_build_wheel", "prepare_metadata_for_build_wheel"]
