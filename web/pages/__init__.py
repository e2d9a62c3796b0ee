"""The pages: one module per resource, each with a list `HANDLERS`."""

from litestar.types import ControllerRouterHandler

from web.pages import (
    company_alumni,
    company_contracts,
    company_import,
    company_members,
    company_settings,
    contract_files,
    contracts,
    disputes,
    front,
    me,
    me_network,
    me_skills,
    me_time,
    operator_companies,
    reviews,
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
    *company_contracts.HANDLERS,
    *contracts.HANDLERS,
    *contract_files.HANDLERS,
    *disputes.HANDLERS,
    *reviews.HANDLERS,
    *welcome.HANDLERS,
    *me.HANDLERS,
    *me_network.HANDLERS,
    *me_skills.HANDLERS,
    *me_time.HANDLERS,
    *styleguide.HANDLERS,
]
