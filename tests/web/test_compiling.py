"""Templates compiled our short way say what Jinja says; an upgrade that moves what we lean on is noticed here."""

import re
from types import SimpleNamespace
from uuid import UUID

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from web.compiling import DirectCalls

CONTEXT = {
    "text": "<b>&\"'",
    "html": Markup("<i>ok</i>"),
    "number": 7,
    "nothing": None,
    "id": UUID(int=1),
    "row": {"name": "<x>", "keys": "k", "items": "i"},
    "thing": SimpleNamespace(name="<y>", inner={"deep": [1, 2]}),
    "add": lambda a, b=1, **more: a + b + sum(more.values()),
}
SAID = [
    "{{ text }} {{ html }} {{ number }} {{ nothing }} {{ id }}",
    "{{ row.name }} {{ row['name'] }} {{ thing.name }} {{ thing.inner.deep[1] }}",
    "{{ row.keys is defined }} {{ row.gone is defined }} {{ gone is defined }} {{ number is not defined }}",
    "{{ text ~ html ~ number }} {{ 'a' ~ number }}",
    "{{ add(1) }} {{ add(1, b=2) }} {{ add(1, **{'b': 3, 'class': 4}) }} {{ add(*[1, 2]) }}",
    "{% macro m(a, b='<d>', c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(text) }}{{ m(1, c=2) }}{{ m(a=html, b=text) }}",
    "{% macro m(a) %}[{{ a }}{{ caller() }}]{% endmacro %}{% call m(text) %}{{ text }}{% endcall %}",
    "{% macro m(a) %}{{ a }}{{ caller() if caller is defined }}{% endmacro %}{{ m(1) }}{% call m(2) %}!{% endcall %}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, z=3) }}",
    "{% macro m() %}{{ caller(text, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% from 'lib' import hello %}{{ hello(text) }}{% import 'lib' as lib %}{{ lib.hello(html) }}",
    "{% for each in [text, html] %}{{ loop.index }}{{ loop.last }}{{ each }}{% endfor %}",
    "{% set kept %}<p>{{ text }}</p>{% endset %}{{ kept }}{{ [kept, text]|join }}",
]
REFUSED = [
    "{{ gone }}",
    "{{ row.gone }}",
    "{{ thing.gone }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
]


def made(generator: type | None) -> Environment:
    loader = DictLoader({"lib": "{% macro hello(who) %}hello {{ who }}{% endmacro %}"})
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    if generator is not None:
        env.code_generator_class = generator
    return env


@pytest.mark.parametrize("source", SAID)
def test_a_template_says_what_jinja_says(source: str):
    ours, theirs = (made(each).from_string(source).render(CONTEXT) for each in (DirectCalls, None))

    assert ours == theirs


@pytest.mark.parametrize("source", REFUSED)
def test_what_jinja_refuses_is_refused(source: str):
    for each in (DirectCalls, None):
        with pytest.raises(UndefinedError):
            made(each).from_string(source).render(CONTEXT)


def test_a_macro_called_wrongly_is_an_error_as_in_jinja():
    source = "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, b=2) }}"

    for each in (DirectCalls, None):
        with pytest.raises(TypeError, match="no keyword argument 'b'"):
            made(each).from_string(source).render(CONTEXT)


def test_every_short_way_is_taken():
    source = "{% macro m(a) %}{{ a.b ~ 1 }}{{ a is defined }}{% endmacro %}{{ m(x) }}"

    code = made(DirectCalls).compile(source, raw=True)

    assert "QuickMacro as Macro" in code
    for short in (r"attribute\(\w+, 'b'\)", r"markup_join\(", r"isinstance\(\w+, Undefined\)", r"escape\("):
        assert re.search(short, code), short
    assert "context.call(" not in code
