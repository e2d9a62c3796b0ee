"""Things of many lengths, one after another in one array."""

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Cell = TypeVar("Cell", np.uint16, np.uint32)


class Pool(Generic[Cell]):
    """Packed bytes in an array of cells; what is replaced by something longer is waste until the index is renewed."""

    def __init__(self, data: npt.NDArray[Cell]) -> None:
        self.data: npt.NDArray[Cell] = data
        self.used, self.waste = data.size, 0
        self._bytes = cells(data).cast("B")

    def read(self, at: int, cells: int) -> bytes:
        """Return the bytes of some cells."""
        width = self.data.itemsize
        return self._bytes[at * width : (at + cells) * width].tobytes()

    def write(self, packed: bytes, at: int, room: int) -> int:
        """Put bytes where `room` cells are, or at the end when they do not fit; return where they are."""
        width = self.data.itemsize
        cells = len(packed) // width
        if cells > room:
            at, self.used, self.waste = self.used, self.used + cells, self.waste + room
            if self.used > self.data.size:
                self._grow()
        self._bytes[at * width : at * width + len(packed)] = packed
        return at

    def _grow(self) -> None:
        wider = np.zeros(self.used + self.used // 16 + 64, self.data.dtype)
        wider[: self.data.size] = self.data
        self.data, self._bytes = wider, cells(wider).cast("B")


def cells(array: Any) -> "memoryview[Any]":
    """Look at an array as Python reads and writes it fastest, one cell at a time."""
    return memoryview(array)


def ragged(starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the positions starts[i] .. starts[i] + lengths[i] - 1 of every i, one after another."""
    ends = np.cumsum(lengths)
    positions: npt.NDArray[np.int64] = np.repeat(starts - ends + lengths, lengths)
    positions += np.arange(positions.size)
    return positions
