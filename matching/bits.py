"""What the compiled executor is built with: a compiler whose cache follows our sources, and two instructions."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config, njit, types
from numba.extending import intrinsic

Integers = npt.NDArray[np.int64]
Cells = npt.NDArray[np.uint16]
Call = TypeVar("Call", bound=Callable[..., Any])

_SETTINGS = {"error_model": "numpy", "nogil": True, "_nrt": False}


def compiled(function: Call) -> Call:
    """Compile a function that only compiled ones call."""
    return njit(**_SETTINGS)(function)


def kept(function: Call) -> Call:
    """Compile a function that Python calls, and keep the machine code for the next start where that is possible.

    Numba looks at the file of the function alone to see whether kept code is old; the folder's name holds all
    sources, since constants of other files are compiled in.
    """
    folder, before = cache_folder(), config.CACHE_DIR
    if folder is None:
        return njit(**_SETTINGS)(function)
    config.CACHE_DIR = str(folder)
    try:
        return njit(cache=True, **_SETTINGS)(function)
    finally:
        config.CACHE_DIR = before


def cache_folder() -> Path | None:
    """Return a folder of our own that we may write to, or None: then each start compiles anew.

    NUMBA_CACHE_DIR names the place; else it is the user's cache, or, for a user without a home, a folder for
    temporary files that nobody else may enter: what is kept there is run.
    """
    sources = sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(source.read_bytes())
    for place in _places():
        folder = place / f"kernel-{sources.hexdigest()[:16]}"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True)
            owner = place.lstat()
        except OSError:
            continue
        if owner.st_uid == os.getuid() and not owner.st_mode & 0o022 and os.access(folder, os.W_OK):
            return folder
    return None


def _places() -> Iterator[Path]:
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        yield Path(named) / "enishi"
    with suppress(RuntimeError):
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "enishi"
    yield Path(gettempdir()) / f"enishi-{os.getuid()}"


@intrinsic
def bit_count(_: Any, __: Any) -> Any:
    """Count the bits of a 64-bit integer."""

    def build(_: Any, builder: Any, __: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.int64(types.int64), build


@intrinsic
def lowest_bit(_: Any, __: Any) -> Any:
    """Return the place of the lowest set bit of a 64-bit integer that is not zero."""

    def build(_: Any, builder: Any, __: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), build


@intrinsic
def fetch(_: Any, cells: Any, __: Any) -> Any:
    """Ask the memory for the line in which a cell of an array lies (counted through all its axes), and do not wait."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        place = builder.bitcast(builder.gep(data, [values[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        call = builder.module.globals.get("llvm.prefetch.p0")
        call = call or ir.Function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(call, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(cells, types.int64), build
