"""The pages: one module per resource, each with a list `HANDLERS`; being in this folder is being on the site."""

from importlib import import_module
from pkgutil import iter_modules

from litestar.types import ControllerRouterHandler

PAGES: list[ControllerRouterHandler] = [
    handler
    for found in iter_modules(__path__)
    for handler in getattr(import_module(f"{__name__}.{found.name}"), "HANDLERS", ())
]
