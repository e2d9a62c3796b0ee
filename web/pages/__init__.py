"""The pages: one module per resource, each with a list `HANDLERS`."""

from litestar.types import ControllerRouterHandler

from web.pages import (
    company_alumni,
    company_import,
    company_members,
    company_settings,
    front,
    me,
    me_network,
    me_skills,
    me_time,
    operator_companies,
    sign_in,
    styleguide,
    welcome,
)

PAGES: list[ControllerRouterHandler] = [
    *front.HANDLERS,
    *sign_in.HANDLERS,
    *operator_companies.HANDLERS,
    *company_settings.HANDLERS,
    *company_members.HANDLERS,
    *company_alumni.HANDLERS,
    *company_import.HANDLERS,
    *welcome.HANDLERS,
    *me.HANDLERS,
    *me_network.HANDLERS,
    *me_skills.HANDLERS,
    *me_time.HANDLERS,
    *styleguide.HANDLERS,
]
