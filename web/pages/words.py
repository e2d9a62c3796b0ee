"""What skill is meant while it is typed: suggestions for every field that takes one."""

import re

from litestar import Response, get

from marketplace.alumni.skills import learn
from marketplace.core.errors import NotFound
from web import guards
from web.skill_words import suggestions
from web.templating import page
from web.visit import AnyRequest

_FIELD = re.compile(r"skill|(must|nice)_[1-9]")


@get("/words/suggestions", include_in_schema=False)
async def suggested(request: AnyRequest) -> Response[bytes]:
    """Suggest skills for what stands in the field that `field` names: a part of the page."""
    guards.person(request)
    name = request.query_params.get("field", "skill")
    if not _FIELD.fullmatch(name):
        raise NotFound
    await learn()
    return page(
        "words/suggestions.html", field_name=name, found=suggestions(request.query_params.get(name, ""))
    )


HANDLERS = [suggested]
