"""What a WebAssembly module imports and exports (core specification, sections 5.5.5 and 5.5.10)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_IMPORTS, _EXPORTS = 2, 7


@dataclass(frozen=True)
class Names:
    """Without the modules that they are imported from."""

    imports: frozenset[str]
    exports: frozenset[str]


def names(path: Path) -> Names:
    """Reads them from the module at `path`."""
    reader = _Reader(path.read_bytes())
    if reader.take(8) != b"\0asm\1\0\0\0":
        raise ValueError(f"{path} is no WebAssembly module")
    imports: list[str] = []
    exports: list[str] = []
    while not reader.at_end():
        kind = reader.byte()
        section = _Reader(reader.take(reader.number()))
        if kind == _IMPORTS:
            imports = [section.imported() for _ in range(section.number())]
        elif kind == _EXPORTS:
            exports = [section.exported() for _ in range(section.number())]
    return Names(frozenset(imports), frozenset(exports))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """An unsigned LEB128."""
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self) -> str:
        return self.take(self.number()).decode()

    def exported(self) -> str:
        name = self.name()
        self.byte()
        self.number()
        return name

    def imported(self) -> str:
        self.name()
        name = self.name()
        kind = self.byte()
        if kind == 0:  # a function: the index of its type
            self.number()
        elif kind == 1:  # a table: what it holds, and its limits
            self.byte()
            self._limits()
        elif kind == 2:  # a memory
            self._limits()
        else:  # a global: its type, and whether it can change
            self.take(2)
        return name

    def _limits(self) -> None:
        has_maximum = self.byte() & 1
        self.number()
        if has_maximum:
            self.number()
