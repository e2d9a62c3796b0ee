"""Templates without Jinja's wrappers: half of a page's time is theirs, around each call, value and macro.

The wrapper around a call (`Context.call`) hands a context to functions that ask for one. None of ours does, and
macros take their escaping from the environment. A value that is only written out needs no Markup around it, and a
row is asked for its column at once, where Jinja tries an attribute and fails first. What a template means is the same.
"""

from collections.abc import Iterable
from keyword import iskeyword
from typing import Any
from uuid import UUID

from asyncpg import Record
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Macro, StrictUndefined
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

NAMESPACES = frozenset({"ui", "field", "loop"})
"""Names whose attributes are attributes: our macros, and Jinja's loop."""
ROWS = frozenset({dict, Record})
PLAIN = frozenset({int, UUID})
"""What writes itself without a sign that HTML knows."""
OWN_NAMES = frozenset(dir(dict)) | frozenset(dir(Record))
"""What Jinja would take for a method of a row."""


class DirectCalls(CodeGenerator):
    """Jinja's code generator, except that `f(a, b=c)` becomes just that, and values and macros take short ways."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Let the module use our names in place of Jinja's; they are looked up when it renders."""
        super().visit_Template(node, frame)
        self.writeline("from jinja2.runtime import Undefined")
        self.writeline(
            "from web.compiling import QuickMacro as Macro, attribute, joined as markup_join, written as escape"
        )

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        """Write an import of macros; every template has the same globals, so they are rendered once."""
        if node.with_context:
            super()._import_common(node, frame)
            return
        self.write("environment.get_template(")
        self.visit(node.template, frame)
        self.write(f", {self.name!r})._get_default_module()")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a plain call; with starred or oddly named arguments as Jinja writes it."""
        odd = node.dyn_args is not None or node.dyn_kwargs is not None
        if odd or any(iskeyword(keyword.key) for keyword in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for keyword in node.kwargs:
            self.write(f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write `a.b` by the shortest way that finds the same."""
        if isinstance(node.node, nodes.Name) and node.node.name in NAMESPACES:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
        elif node.attr in OWN_NAMES:
            super().visit_Getattr(node, frame)
        else:
            self.write("attribute(")
            self.visit(node.node, frame)
            self.write(f", {node.attr!r})")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """Write `x is defined` without a call of the test."""
        if node.name != "defined":
            super().visit_Test(node, frame)
            return
        self.write("(not isinstance(")
        self.visit(node.node, frame)
        self.write(", Undefined))")


def written(value: Any) -> str:
    """Return what a value is in HTML, escaped unless it is markup already."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind in PLAIN else escape(value)


def joined(values: Iterable[Any]) -> str:
    """Return what `a ~ b` is: markup, with the rest escaped, if any of them is markup, else plain text."""
    parts = tuple(values)
    if any(hasattr(part, "__html__") for part in parts):
        return markup("".join(map(written, parts)))
    return "".join(map(str, parts))


def attribute(value: Any, name: str) -> Any:
    """Return an attribute of a value or a column of a row; where neither is, Jinja's own strict nothing."""
    try:
        return value[name] if type(value) in ROWS else getattr(value, name)
    except (AttributeError, KeyError):
        pass
    try:
        return value[name]
    except (TypeError, LookupError, AttributeError):
        return StrictUndefined(obj=value, name=name)


def markup(text: str) -> Markup:
    """Mark HTML of our own making as such, without asking what it is."""
    return str.__new__(Markup, text)


class QuickMacro(Macro):
    """A macro that takes the usual arguments the short way."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.usual = not (self.catch_kwargs or self.catch_varargs or self.explicit_caller)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Render; what is unusual or wrong goes to Jinja."""
        count = len(args)
        if not self.usual or count > self._argument_count or not self._default_autoescape:
            return super().__call__(*args, **named)
        given = dict(named)
        rest = [given.pop(name, missing) for name in self.arguments[count:]]
        if self.caller:
            rest.append(given.pop("caller", None) or StrictUndefined("No caller defined", name="caller"))
        return super().__call__(*args, **named) if given else markup(self._func(*args, *rest))
