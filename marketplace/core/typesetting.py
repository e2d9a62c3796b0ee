"""Print a typst template with data as an archival PDF: the same data gives the same bytes.

PDF/A-3a and PDF/UA-1; fonts are embedded, system fonts are ignored and the only time in it is the one that is given.
"""

import json
from functools import cache
from typing import Any

from marketplace.core.glyphs import drawable, printable


def typeset(source: bytes, data: dict[str, Any], *, timestamp: int) -> bytes:
    """Return a template filled with `data` as PDF bytes; `timestamp` is in seconds since 1970.

    The text under `attachment` travels inside the PDF as it is; all other text is made printable.
    """
    import typst

    attachment = data.get("attachment", "")
    shown = _printable({name: value for name, value in data.items() if name != "attachment"})
    compiler = typst.Compiler(source, font_paths=_fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(shown, ensure_ascii=False, sort_keys=True), "attachment": attachment},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=timestamp,
    )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> Any:
    import typst
    from pylopdf_fonts_jp import sans_path

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[sans_path().parent]
    )


def _printable(value: Any) -> Any:
    """Return `value` with each string in it as both embedded fonts can print it."""
    if isinstance(value, str):
        return printable(value, _drawable_by_both())
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return {name: _printable(item) for name, item in value.items()}


@cache
def _drawable_by_both() -> frozenset[int]:
    from pylopdf_fonts_jp import sans_path, serif_path

    return drawable(sans_path()) & drawable(serif_path())
