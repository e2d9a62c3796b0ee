"""Tables as files that a spreadsheet in Japan opens: UTF-8 with BOM, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from litestar import Response

Cell = str | int | None
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response[bytes]:
    """Answer with a file of this name; whole numbers stay numbers, texts that look like formulas get a quote."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return Response(
        b"\xef\xbb\xbf" + text.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _cell(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
