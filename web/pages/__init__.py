"""The pages: one module per resource, each with a list `HANDLERS`."""

from litestar.types import ControllerRouterHandler

from web.pages import styleguide

PAGES: list[ControllerRouterHandler] = [*styleguide.HANDLERS]
