"""The pages: one module per resource, each with a list `HANDLERS`."""

from litestar.types import ControllerRouterHandler

from web.pages import demo, notices, operator_controls, operator_money, operator_work, styleguide

PAGES: list[ControllerRouterHandler] = [
    *operator_money.HANDLERS,
    *operator_controls.HANDLERS,
    *operator_work.HANDLERS,
    *notices.HANDLERS,
    *demo.HANDLERS,
    *styleguide.HANDLERS,
]
