"""Tables as files that a spreadsheet in Japan opens: UTF-8 with BOM or Shift-JIS, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from litestar import Response

from marketplace.core.cells import harmless
from marketplace.core.errors import N_
from marketplace.core.shift_jis import lacking, replaced
from web import i18n

Cell = str | int | None


def csv_answer(
    name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str = ""
) -> Response[bytes]:
    """Answer with a file of this name; whole numbers stay numbers, texts that look like formulas get a quote.

    `encoding` is as asked for in the address: "sjis" for Shift-JIS (cp932), which names what it lacks in a last column.
    """
    if encoding == "sjis":
        return _in_shift_jis(name, titles, rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return Response(
        b"\xef\xbb\xbf" + text.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _in_shift_jis(name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response[bytes]:
    """Write cp932; each row ends with the characters that it cannot say, which are 〓 in their cells."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*titles, i18n.tr(N_("Characters that Shift-JIS lacks"))])
    for row in rows:
        lacks = lacking("".join(str(value) for value in row if value is not None))
        told = " ".join(f"U+{ord(sign):04X}" for sign in lacks)
        writer.writerow([*(_in_cp932(harmless(value)) for value in row), told])
    return Response(
        text.getvalue().encode("cp932", errors="replace"),
        media_type="text/csv; charset=shift_jis",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _in_cp932(value: Cell) -> Cell:
    return replaced(value) if isinstance(value, str) else value
