"""Print the terms as the contract document: the same snapshot gives the same bytes, for ever.

The PDF is PDF/A-3a and PDF/UA-1: the canonical terms travel inside it as `terms.json`, fonts are embedded,
system fonts are ignored and the only time in it is the time of conclusion.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from marketplace.contracts.glyphs import drawable, printable
from marketplace.contracts.sheet import sheet
from marketplace.contracts.terms import Terms, canonical_json

TEMPLATES = files("marketplace.contracts") / "templates"


def contract_pdf(terms: Terms) -> bytes:
    """Return the contract document of `terms` as PDF bytes."""
    data = {**sheet(terms), "attachment": canonical_json(terms).decode()}
    return typeset("contract.typ", data, timestamp=int(terms.concluded_at.timestamp()))


def typeset(template: str, data: dict[str, Any], *, timestamp: int) -> bytes:
    """Return `template` filled with `data` as PDF bytes; `timestamp` is in seconds since 1970."""
    import typst

    source = (TEMPLATES / template).read_bytes()
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
    from pylopdf_fonts_jp import sans_path, serif_path

    if isinstance(value, str):
        return printable(value, drawable(sans_path()) & drawable(serif_path()))
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return {name: _printable(item) for name, item in value.items()}
