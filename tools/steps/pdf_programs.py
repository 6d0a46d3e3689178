"""Poppler and qpdf, with which the tests look at the PDFs that the project writes: the installed ones, else Debian's.

Tests that need one skip where it cannot be had: nothing that is built depends on them.
"""

import shutil

from tools.errors import SetupError
from tools.progress import StepProgress
from tools.project import Project
from tools.stamps import fingerprint
from tools.steps.python import apt_install, is_debian_root
from tools.steps.step import Step

PACKAGES = {"pdftotext": "poppler-utils", "qpdf": "qpdf"}


def pdf_programs_step(project: Project) -> Step:
    """Return the step that finds or installs the programs."""
    return Step(
        name="pdf-programs",
        title="Poppler and qpdf",
        inputs=lambda: fingerprint(project.root, [], [str(shutil.which(name)) for name in PACKAGES]),
        products=list,
        make=lambda step: provide(project, step),
    )


def provide(project: Project, step: StepProgress) -> None:
    """Install what is missing, where that is possible; say what is not there."""
    for program, package in PACKAGES.items():
        if shutil.which(program) is None and is_debian_root():
            try:
                apt_install(package, project, step)
            except SetupError as error:
                step.note(f"{package} could not be installed: {error.cause}")
        if shutil.which(program) is None:
            step.note(f"{program} is not installed; tests that need it are skipped.")
