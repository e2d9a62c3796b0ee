"""Pages: one Jinja environment for the process, its macros at hand as `ui` and `field`, and `page()`."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.enums import MediaType
from litestar.response import Redirect

from marketplace.core import formats
from marketplace.core.errors import Message
from marketplace.core.money import yen
from web import i18n, marks, states
from web.assets import asset
from web.compiling import DirectCalls
from web.visit import FLASH, AnyRequest, Visit, csrf_input, csrf_token, current, pack_notice

FOLDER = Path(__file__).parent / "templates"
UI_FILES = ("ui", "life", "money", "charts")


def link(path: str, **query: object) -> str:
    """Return an address with a query; names whose value is None are left out."""
    pairs = [(name, value) for name, value in query.items() if value is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


@cache
def environment() -> Environment:
    """Return the environment: strict, escaping, its templates compiled once."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.code_generator_class = DirectCalls
    env.globals.update(
        _=i18n.mark,
        ngettext=i18n.nmark,
        asset=asset,
        csrf_input=csrf_input,
        csrf_token=csrf_token,
        link=link,
        money=marks.money,
        day=marks.day,
        short_day=marks.short_day,
        month=marks.month,
        moment=marks.moment,
        icon=marks.icon,
        tone_icons=marks.TONE_ICONS,
        state=states.state,
        life=states.life,
        lang=i18n.locale.get,
        yen=yen,
        visit=current.get,
    )
    env.filters.update(tr=i18n.tr, yen_text=formats.money)
    ui = SimpleNamespace(badge=marks.badge, state_badge=marks.state_badge, timeline=marks.timeline)
    env.globals["ui"] = ui
    for name in UI_FILES:
        vars(ui).update(_macros(env, f"macros/{name}.html"))
    env.globals["field"] = SimpleNamespace(**_macros(env, "macros/fields.html"))
    return env


def _macros(env: Environment, name: str) -> dict[str, Any]:
    module = env.get_template(name).module
    return {key: value for key, value in vars(module).items() if not key.startswith("_")}


def render(template: str, **context: Any) -> str:
    """Render a template for the current request."""
    return environment().get_template(template).render(here=current.get(), **context)


def page(template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """Answer with a page in the reader's language; the context is what the template names."""
    return Response(render(template, **context).encode(), status_code=status, media_type=MediaType.HTML)


def see(path: str, request: AnyRequest, said: Message | None = None) -> Redirect:
    """Answer a change: 303 to the page that shows it, with a notice there."""
    response = Redirect(path, status_code=303)
    if said is not None:
        site = Visit.of(request).site
        response.set_cookie(
            FLASH,
            pack_notice(site.secret, said),
            max_age=60,
            samesite="lax",
            secure=site.secure,
            httponly=True,
        )
    return response
