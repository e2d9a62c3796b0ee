"""The pages: one module per resource, each with a list `HANDLERS`."""

from litestar.types import ControllerRouterHandler

from web.pages import demo, notices, styleguide

PAGES: list[ControllerRouterHandler] = [*notices.HANDLERS, *demo.HANDLERS, *styleguide.HANDLERS]
