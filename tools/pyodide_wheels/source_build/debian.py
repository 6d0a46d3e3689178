"""Debian packages without installing any: a private apt fetches (and verifies) them, dpkg-deb unpacks them."""

import getpass
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.errors import SetupError
from tools.process import output, run
from tools.pyodide_wheels.source_build.archives import extract
from tools.pyodide_wheels.source_build.recipe import (
    HEADER_PACKAGES,
    HEADER_SUITE,
    HOST_LIBRARIES,
    HOST_PACKAGES,
    SOURCE_PACKAGES,
    SOURCE_SUITE,
)
from tools.pyodide_wheels.source_build.workspace import Workspace

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
REMEDY = "Use a Debian machine, or get the wheels from a mirror with --mirror FOLDER|URL."


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
        raise SetupError("The build from source takes its compiler from Debian's packages.", REMEDY)
    lists = [*sorted((etc / "apt" / "sources.list.d").glob("*")), etc / "apt" / "sources.list"]
    texts = [path.read_text() for path in lists if path.suffix in {".sources", ".list"} and path.is_file()]
    for text in texts:
        if archive := archive_of(text, fields["VERSION_CODENAME"]):
            return DebianHost(fields["VERSION_CODENAME"], archive)
    raise SetupError(f"apt has no source for {fields['VERSION_CODENAME']} main.", "Complete /etc/apt/sources.list.d.")


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


def fetch_packages(work: Workspace) -> None:
    """Unpack the compiler and the headers into `work.host`, the C libraries' sources into `work.sources`."""
    host = read_host()
    apt = _Apt(work, host)
    apt.update()
    wanted = [f"{name}/{host.codename}" for name in HOST_PACKAGES]
    wanted += [f"{name}/{HEADER_SUITE}" for name in HEADER_PACKAGES]
    apt.download(wanted)
    while missing := missing_libraries(work):
        if unknown := missing - HOST_LIBRARIES.keys():
            raise SetupError(f"The compiler needs {', '.join(sorted(unknown))}, which this machine lacks.", REMEDY)
        apt.download([f"{name}/{host.codename}" for name in sorted({HOST_LIBRARIES[name] for name in missing})])
    for name in SOURCE_PACKAGES:
        apt.download_source(name)
        _unpack_source(work, name)


class _Apt:
    def __init__(self, work: Workspace, host: DebianHost) -> None:
        self.work = work
        for folder in ("lists/partial", "cache/archives/partial", "packages", "sources"):
            (work.apt / folder).mkdir(parents=True, exist_ok=True)
        signed = f"[signed-by={KEYRING}] {host.archive}"
        lines = [f"deb {signed} {suite} main\n" for suite in sorted({host.codename, HEADER_SUITE})]
        (work.apt / "sources.list").write_text("".join(lines) + f"deb-src {signed} {SOURCE_SUITE} main\n")
        options = {
            "Dir::Etc::SourceList": work.apt / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": work.apt / "lists",
            "Dir::Cache": work.apt / "cache",
            "Acquire::Languages": "none",
            # Mirrors of closed networks lag behind. What they hold is still verified by its signature.
            "Acquire::Check-Valid-Until": "false",
            "APT::Sandbox::User": getpass.getuser(),
        }
        self.command = ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]

    def update(self) -> None:
        self._run("Debian package lists", ["update"], self.work.apt)

    def download(self, packages: list[str]) -> None:
        folder = self.work.apt / "packages"
        self._run("Debian packages", ["download", *packages], folder)
        for package in packages:
            archive = next(folder.glob(f"{package.split('/')[0]}_*.deb"))
            self.work.step.item(f"unpacking {archive.name.split('_')[0]}")
            run(["dpkg-deb", "-x", archive, self.work.host], self.work.step, self.work.log("fetch"))

    def download_source(self, package: str) -> None:
        folder = self.work.apt / "sources"
        try:
            self._run(f"source of {package}", ["source", "--download-only", f"{package}/{SOURCE_SUITE}"], folder)
        except SetupError:
            # Some mirrors lack .dsc files. The archives, which apt has verified against the signed index, suffice.
            if not (_archive(folder, package, "orig") and _archive(folder, package, "debian")):
                raise

    def _run(self, what: str, arguments: list[str], folder: Path) -> None:
        def on_line(line: str) -> None:
            if match := re.match(r"Get:\d+ \S+ \S+ (.*) \[(.*)\]", line):
                self.work.step.item(f"{what}: {match[1]} ({match[2]})")

        self.work.step.item(what)
        command = [*self.command, *arguments]
        run(command, self.work.step, self.work.log("fetch"), cwd=folder, on_line=on_line)


def missing_libraries(work: Workspace) -> set[str]:
    """Return the shared libraries that the unpacked programs need and cannot find."""
    programs = [work.llvm_bin / name for name in ("clang", "wasm-ld", "llvm-ar")]
    listing = output(["env", f"LD_LIBRARY_PATH={work.host_libraries}", "ldd", *programs])
    return set(re.findall(r"(\S+) => not found", listing))


def _archive(folder: Path, package: str, part: str) -> Path | None:
    """Return the newest archive `package_*.<part>.tar.*` without its signature."""
    found = sorted(path for path in folder.glob(f"{package}_*.{part}.tar.*") if path.suffix != ".asc")
    return found[-1] if found else None


def _unpack_source(work: Workspace, package: str) -> None:
    """Unpack the upstream source and apply Debian's patches to it."""
    destination = work.sources / package
    shutil.rmtree(destination, ignore_errors=True)
    folder = work.apt / "sources"
    upstream, debian = _archive(folder, package, "orig"), _archive(folder, package, "debian")
    if upstream is None or debian is None:
        raise SetupError(f"Debian's source of {package} is incomplete.", "Run the command again.")
    extract(upstream, destination, strip=1)
    extract(debian, destination, strip=0)
    series = destination / "debian" / "patches" / "series"
    names = [line.split()[0] for line in series.read_text().splitlines() if line.strip() and line[0] != "#"]
    program = shutil.which("patch") or work.host / "usr" / "bin" / "patch"
    for name in names:
        if concerns_only_absent_files((series.parent / name).read_text(errors="replace"), destination):
            continue
        patch = [program, "-s", "-t", "-p1", "-i", series.parent / name]
        run(patch, work.step, work.log("fetch"), cwd=destination)


def concerns_only_absent_files(patch: str, folder: Path) -> bool:
    """Return whether a patch is for files that are not in the main archive, such as separately packed manuals."""
    originals = re.findall(r"^--- (?:[^/\s]+/)(\S+)", patch, re.MULTILINE)
    changed = [name for name in originals if not name.endswith("dev/null")]
    return bool(changed) and not any((folder / name).exists() for name in changed)
