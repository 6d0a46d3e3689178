"""Reading the names that a WebAssembly module imports and exports, from its binary sections.

The format: https://webassembly.github.io/spec/core/binary/modules.html
"""

from dataclasses import dataclass

MAGIC = b"\0asm\1\0\0\0"
IMPORT_SECTION = 2
EXPORT_SECTION = 7
FUNCTION, TABLE, MEMORY, GLOBAL, TAG = range(5)


@dataclass(frozen=True)
class ModuleNames:
    """The names on a module's border."""

    imports: frozenset[str]
    exports: frozenset[str]


def read_names(module: bytes) -> ModuleNames:
    """Return what `module` imports and exports. Raises `ValueError` if it is not a WebAssembly module."""
    if module[:8] != MAGIC:
        raise ValueError("not a WebAssembly module of version 1")
    imports: list[str] = []
    exports: list[str] = []
    reader = _Reader(module, len(MAGIC))
    while reader.position < len(module):
        section = reader.byte()
        size = reader.unsigned()
        end = reader.position + size
        if section == IMPORT_SECTION:
            imports = [reader.imported_name() for _ in range(reader.unsigned())]
        elif section == EXPORT_SECTION:
            exports = [reader.exported_name() for _ in range(reader.unsigned())]
        reader.position = end
    return ModuleNames(frozenset(imports), frozenset(exports))


class _Reader:
    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position

    def byte(self) -> int:
        value = self.data[self.position]
        self.position += 1
        return value

    def unsigned(self) -> int:
        """Read a LEB128 number."""
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    def name(self) -> str:
        size = self.unsigned()
        start, self.position = self.position, self.position + size
        return self.data[start : self.position].decode()

    def imported_name(self) -> str:
        self.name()  # the name of the module that it comes from
        name = self.name()
        kind = self.byte()
        if kind == FUNCTION:
            self.unsigned()
        elif kind == TABLE:
            self.byte()
            self._limits()
        elif kind == MEMORY:
            self._limits()
        elif kind == GLOBAL:
            self.position += 2
        elif kind == TAG:
            self.byte()
            self.unsigned()
        else:
            raise ValueError(f"import {name} is of unknown kind {kind}")
        return name

    def exported_name(self) -> str:
        name = self.name()
        self.byte()
        self.unsigned()
        return name

    def _limits(self) -> None:
        has_maximum = self.byte() & 1
        self.unsigned()
        if has_maximum:
            self.unsigned()
