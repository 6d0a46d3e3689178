"""The back end that pyclipper names, and of whose class Pillow's own back end is a subclass."""

import sdist_metadata  # type: ignore[import-not-found]  # beside this folder, on PYTHONPATH when pip runs it


class _BuildMetaBackend:
    def get_requires_for_build_wheel(self, config_settings: object = None) -> list[str]:
        requirements: list[str] = sdist_metadata.get_requires_for_build_wheel(config_settings)
        return requirements

    def prepare_metadata_for_build_wheel(self, metadata_directory: str, config_settings: object = None) -> str:
        folder: str = sdist_metadata.prepare_metadata_for_build_wheel(metadata_directory, config_settings)
        return folder

    def build_wheel(self, *_arguments: object) -> str:
        raise NotImplementedError("only metadata can be had here")


_BACKEND = _BuildMetaBackend()
get_requires_for_build_wheel = _BACKEND.get_requires_for_build_wheel
prepare_metadata_for_build_wheel = _BACKEND.prepare_metadata_for_build_wheel
build_wheel = _BACKEND.build_wheel
