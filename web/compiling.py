"""Templates call our functions directly: a third of a page's time is Jinja's own wrapper around each call.

The wrapper (`Context.call`) hands a context to functions that ask for one. None of ours does, and macros take
their escaping from the environment.
"""

from keyword import iskeyword

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class DirectCalls(CodeGenerator):
    """Jinja's code generator, except that `f(a, b=c)` becomes just that."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a plain call; with starred or oddly named arguments, or a caller, as Jinja writes it."""
        odd = node.dyn_args is not None or node.dyn_kwargs is not None or forward_caller
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
        self.write(")")
