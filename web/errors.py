"""Failures as answers: a page with a way out for people, problem+json for programs (RFC 9457)."""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from marketplace.core.errors import N_, Failure, Invalid, Message
from web import i18n
from web.templating import link, page
from web.visit import AnyRequest, Visit, own_path

log = logging.getLogger("enishi.web")

TITLES = {
    400: N_("We could not read this request"),
    401: N_("Please sign in first"),
    403: N_("This is not yours to do"),
    404: N_("There is no such page"),
    405: N_("This address does not take that"),
    409: N_("Somebody was quicker"),
    413: N_("This is too large"),
    422: N_("Something is not right yet"),
    429: N_("Too many tries"),
    500: N_("Something broke on our side"),
    503: N_("Not available right now"),
}
DETAILS = {
    400: N_("The request was damaged or incomplete. Nothing has changed."),
    401: N_("After that you will be back on this page."),
    403: N_("Your role does not permit this. Nothing has changed."),
    404: N_("The address may be mistyped, or the page is not yours to see."),
    405: N_("Please start again from the page before. Nothing has changed."),
    409: N_("The state has changed meanwhile. Please look at the current page."),
    413: N_("Please send a smaller file or less text. Nothing has changed."),
    422: N_("Please correct the marked fields."),
    429: N_("Please wait a little and try again. Nothing has changed."),
    500: N_("We have been told and will look into it. No money moves twice, even if you try again."),
    503: N_("Please try again in a few minutes. Nothing is lost."),
}
UNREADABLE, SIGN_IN, BUG = 400, 401, 500


def wants_json(request: AnyRequest) -> bool:
    """Tell programs from people: by the address, else by what they accept."""
    path = request.scope["path"]
    if path.startswith(("/api/", "/hooks/")):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


@dataclass(frozen=True, slots=True)
class Outcome:
    """A failure as it will be told: status, sentence, wrong fields, reference number, headers."""

    status: int
    message: Message
    fields: Mapping[str, Message] = field(default_factory=dict)
    reference: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(request: AnyRequest, problem: Exception) -> Response[Any]:
    """Turn any failure into an answer; a bug is logged under a number that the person sees."""
    outcome = _outcome(problem)
    if outcome.reference:
        log.error("failure %s at %s", outcome.reference, request.scope["method"], exc_info=problem)
    if wants_json(request):
        return _as_problem(outcome)
    if outcome.status == SIGN_IN:
        return Redirect(link("/sign-in", next=_way_back(request)), status_code=303)
    try:
        return _as_page(request, outcome)
    except Exception:
        log.exception("the page of failure %s broke too", outcome.reference or outcome.status)
        text = f"{outcome.status} {i18n.gettext(TITLES[outcome.status])} {outcome.reference}\n"
        return Response(text, status_code=outcome.status, media_type=MediaType.TEXT)


def _outcome(problem: Exception) -> Outcome:
    if isinstance(problem, Invalid):
        return Outcome(problem.status, problem.message, problem.fields)
    if isinstance(problem, Failure) and problem.status in TITLES:
        return Outcome(problem.status, problem.message)
    if isinstance(problem, HTTPException) and problem.status_code != BUG:
        status = problem.status_code if problem.status_code in TITLES else UNREADABLE
        return Outcome(
            status, Message(DETAILS[status]), _parameters(problem), "", dict(problem.headers or {})
        )
    return Outcome(BUG, Message(DETAILS[BUG]), {}, secrets.token_hex(4).upper())


def _parameters(problem: HTTPException) -> dict[str, Message]:
    """Return what the router found wrong, by parameter: in English, for the programs that call the API."""
    if not isinstance(problem.extra, list):
        return {}
    return {
        str(item.get("key", "")): Message(str(item.get("message", "")))
        for item in problem.extra
        if isinstance(item, dict)
    }


def _as_problem(outcome: Outcome) -> Response[bytes]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": i18n.gettext(TITLES[outcome.status]),
        "status": outcome.status,
        "detail": i18n.tr(outcome.message),
    }
    if outcome.fields:
        body["fields"] = {name: i18n.tr(text) for name, text in outcome.fields.items()}
    if outcome.reference:
        body["reference"] = outcome.reference
    return Response(
        json.dumps(body, ensure_ascii=False).encode(),
        status_code=outcome.status,
        headers={**outcome.headers, "content-language": i18n.locale.get()},
        media_type="application/problem+json",
    )


def _as_page(request: AnyRequest, outcome: Outcome) -> Response[bytes]:
    title = TITLES[outcome.status]
    response = page(
        "errors/failure.html", status=outcome.status, title=title, outcome=outcome, back=_way_back(request)
    )
    response.headers.update(outcome.headers)
    return response


def _way_back(request: AnyRequest) -> str:
    """Return the page that a person comes from: for a change the page before, if it is ours."""
    path, query = Visit.of(request).page
    return f"{own_path(path)}?{query}" if query else own_path(path)
