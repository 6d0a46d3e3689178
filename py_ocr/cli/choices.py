"""What was chosen, held against the models that are there, before anything is loaded."""

from __future__ import annotations

import argparse

from py_ocr.languages import check_languages
from py_ocr.native import ModelFolder
from py_ocr.tuning import tuned


def check_choices(parser: argparse.ArgumentParser, options: argparse.Namespace, models: ModelFolder) -> None:
    """End the program where the profile does not exist; raise OcrError where a language or a parameter does not."""
    if options.profile not in (None, *models.manifest.names):
        parser.error(f"argument --profile: choose from {', '.join(models.manifest.names)}")
    tuned(options.params)
    if options.languages:
        charsets = models.charsets(models.manifest.profile(options.profile))
        check_languages({text for charset in charsets.values() for text in charset}, options.languages)
