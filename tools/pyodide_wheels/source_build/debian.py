"""Files of Debian's archive, through apt's own client: the pool by pinned hash, the suites by their signed indexes."""

import getpass
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.download import UnreachableError
from tools.errors import SetupError
from tools.process import CommandFailedError, output, run
from tools.progress import StepProgress
from tools.pyodide_wheels.source_build.recipe import PoolFile, PoolSource
from tools.store import sha256_file

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
HELPER = "/usr/lib/apt/apt-helper"
RETRIES = 3
REMEDY = "Use a Debian machine, or get the wheels from a mirror with --mirror FOLDER|URL."
_NOT_THERE = re.compile(r"\b40[34]\b|Not Found|Forbidden")


class GoneError(SetupError):
    """The archive answered, and does not have the file (any more)."""


class MismatchError(SetupError):
    """The file is another one than the pin says."""


@dataclass(frozen=True)
class DebianHost:
    """The release that this machine runs and the archive that it is configured to use."""

    codename: str
    archive: str


def read_host(etc: Path = Path("/etc")) -> DebianHost:
    """Return the release and archive from /etc. Raises `SetupError` on anything but Debian."""
    release = etc / "os-release"
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', release.read_text(), re.MULTILINE)) if release.is_file() else {}
    if fields.get("ID") != "debian" or shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise SetupError("The build from source takes C libraries and headers from Debian's archive.", REMEDY)
    codename = fields.get("VERSION_CODENAME") or fields.get("DEBIAN_CODENAME") or "sid"
    lists = [*sorted((etc / "apt" / "sources.list.d").glob("*")), etc / "apt" / "sources.list"]
    texts = [path.read_text() for path in lists if path.suffix in {".sources", ".list"} and path.is_file()]
    for suite in (codename, "stable", "testing", "unstable"):
        for text in texts:
            if archive := archive_of(text, suite):
                return DebianHost(codename, archive.rstrip("/"))
    raise SetupError(f"apt has no source for {codename} main.", "Complete /etc/apt/sources.list.d.")


def archive_of(sources: str, codename: str) -> str | None:
    """Return the address that an apt source list, in either of its two formats, gives for a release's main."""
    for stanza in re.split(r"\n\s*\n", sources):
        fields = dict(re.findall(r"^(\w[\w-]*):\s*(.*)$", stanza, re.MULTILINE))
        if codename in fields.get("Suites", "").split() and "main" in fields.get("Components", "").split():
            return str(fields["URIs"].split()[0])
    for line in sources.splitlines():
        one_line = re.match(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)", line)
        if one_line and one_line[2] == codename and "main" in one_line[3].split():
            return one_line[1]
    return None


class Archive:
    """The archive that this machine's apt is configured to use; `log` gets the output of apt."""

    def __init__(self, step: StepProgress, log: Path, address: str | None = None) -> None:
        self.address = address or read_host().archive
        self.step = step
        self.log = log
        self.options = [f"-oAPT::Sandbox::User={getpass.getuser()}", f"-oAcquire::Retries={RETRIES}"]

    def fetch(self, file: PoolFile, folder: Path) -> Path:
        """Put a file of the pool into `folder`, unless it is there; return its path.

        Raises `GoneError` if the archive lacks it, `MismatchError` if it is another file, else `UnreachableError`.
        """
        destination = folder / file.name
        if destination.is_file() and sha256_file(destination) == file.sha256:
            return destination
        folder.mkdir(parents=True, exist_ok=True)
        self.step.item(file.name)
        command = [HELPER, *self.options, "download-file"]
        try:
            run(
                [*command, f"{self.address}/pool/{file.path}", destination, f"SHA256:{file.sha256}"],
                self.step,
                self.log,
            )
        except CommandFailedError as error:
            destination.unlink(missing_ok=True)
            if "Hash Sum mismatch" in error.cause:
                raise MismatchError(
                    f"{file.name} in Debian's archive is not the file that is pinned.",
                    "Try again later; if it stays so, the archive that apt is configured for is not to be trusted.",
                ) from error
            if _NOT_THERE.search(error.cause):
                raise GoneError(f"Debian's archive has no {file.name} any more.", REMEDY) from error
            raise UnreachableError(
                f"{file.name} could not be fetched from Debian's archive.{_tail(error)}",
                "Check the network connection and apt's configuration, then run the command again.",
            ) from error
        if sha256_file(destination) != file.sha256:
            raise MismatchError(f"{file.name} has another sha256 than is pinned.", "Run the command again.")
        return destination

    def fetch_first(self, source: PoolSource, folder: Path) -> Path:
        """Return the first of the pinned files that the archive has. Raises `GoneError` if it has none of them."""
        for number, file in enumerate(source.files):
            try:
                path = self.fetch(file, folder)
            except GoneError as error:
                self.step.note(error.cause)
                continue
            if number > 0:
                self.step.note(f"{source.name}: taking {file.name} instead.")
            return path
        raise GoneError(
            f"Debian's archive has none of {', '.join(file.name for file in source.files)}.",
            "Get the wheels from a mirror with --mirror FOLDER|URL, or update this checkout.",
        )

    def fetch_package(self, name: str, suites: tuple[str, ...], folder: Path) -> Path:
        """Return any version of a package that the signed indexes of `suites` name; the first suite that has it."""
        state = folder / "apt"
        for part in ("lists/partial", "cache/archives/partial"):
            (state / part).mkdir(parents=True, exist_ok=True)
        for suite in suites:
            (state / "sources.list").write_text(f"deb [signed-by={KEYRING}] {self.address} {suite} main\n")
            settings = {
                "Dir::Etc::SourceList": state / "sources.list",
                "Dir::Etc::SourceParts": "/dev/null",
                "Dir::State::Lists": state / "lists",
                "Dir::Cache": state / "cache",
                "Acquire::Languages": "none",
                # Mirrors of closed networks lag behind. What they hold is still verified by its signature.
                "Acquire::Check-Valid-Until": "false",
            }
            apt = ["apt-get", *self.options, *(f"-o{key}={value}" for key, value in settings.items())]
            try:
                self.step.item(f"package lists of {suite}")
                run([*apt, "update"], self.step, self.log)
                self.step.item(name)
                run([*apt, "download", name], self.step, self.log, cwd=folder)
            except CommandFailedError:
                continue
            return max(folder.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
        raise GoneError(f"None of {', '.join(suites)} has {name}.", REMEDY)


def unpack_package(package: Path, destination: Path, step: StepProgress, log: Path) -> None:
    """Unpack a Debian package without installing it."""
    run(["dpkg-deb", "-x", package, destination], step, log)


def package_version(package: Path) -> str:
    """Return the version of a Debian package."""
    return output(["dpkg-deb", "--field", package, "Version"])


def _tail(error: CommandFailedError) -> str:
    lines = [line.strip() for line in error.cause.splitlines() if line.strip().startswith("E:")]
    return f" {lines[0]}" if lines else ""
