"""How groups of alumni fare in a company's tasks, as a page and as a file."""

from litestar import Response, get
from litestar.params import FromPath

from marketplace.companies.rules import FAIRNESS_READERS
from marketplace.core.errors import N_
from marketplace.tasks import fairness
from matching.fairness import LEAST_PEOPLE, Group
from web import fairness_words, guards, i18n
from web.csv_answer import Cell, csv_answer
from web.templating import page
from web.visit import AnyRequest

TITLES = (
    N_("Criterion"),
    N_("Group"),
    N_("In the network"),
    N_("On a list"),
    N_("Shown"),
    N_("Invited"),
    N_("Accepted"),
    N_("Applied"),
    N_("Chosen"),
    N_("On a list, of the network"),
    N_("of the best"),
    N_("Invited, of those on a list"),
    N_("of the best"),
    N_("Chosen, of those who applied"),
    N_("of the best"),
)


@get("/c/{slug:str}/tasks/fairness", include_in_schema=False)
async def shown(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Show each criterion with its groups, and how evenly people were shown."""
    by = guards.member(request, slug, *FAIRNESS_READERS)
    found = await fairness.report(_period(request), by=by)
    return page("tasks/fairness.html", slug=slug, report=found, words=fairness_words, least=LEAST_PEOPLE)


@get("/c/{slug:str}/tasks/fairness.csv", include_in_schema=False)
async def file(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Hand out the same numbers for a spreadsheet."""
    by = guards.member(request, slug, *FAIRNESS_READERS)
    found = await fairness.report(_period(request), by=by)
    rows = [_cells(criterion, group) for criterion, groups in found.criteria.items() for group in groups]
    return csv_answer(f"enishi-fairness-{found.period}.csv", [i18n.tr(title) for title in TITLES], rows)


def _cells(criterion: str, group: Group) -> list[Cell]:
    counts = group.counts
    steps = [
        fairness_words.percent(share)
        for step in (group.listed, group.invited, group.chosen)
        for share in (step.rate, step.ratio)
    ]
    return [
        i18n.tr(fairness_words.CRITERIA[criterion]),
        i18n.tr(fairness_words.group(criterion, group.name)),
        counts.network, counts.listed, counts.shown, counts.invited, counts.accepted, counts.applied, counts.chosen,
        *steps,
    ]  # fmt: skip


def _period(request: AnyRequest) -> str:
    asked = request.query_params.get("period", "month")
    return asked if asked in fairness.PERIODS else "month"


HANDLERS = [shown, file]
