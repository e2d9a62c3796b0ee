"""The application: pages, failures, security and languages, wired once."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, get
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from marketplace.core import db, doorbell, memory
from marketplace.core.settings import settings as deployment
from marketplace.people import sessions
from web import auditing, nav
from web.assets import static_file
from web.errors import answer
from web.front import Front
from web.hooks import ats, stripe
from web.pages import PAGES
from web.security import FORM_BYTES, csrf_middleware
from web.session_store import SessionStore
from web.settings import Settings
from web.templating import environment
from web.visit import NavItem, Site, Visit


@get("/health", media_type=MediaType.TEXT, opt={"public": True}, include_in_schema=False)
async def health() -> str:
    """Say that this process answers."""
    return "ok"


def create_app(
    settings: Settings,
    session_store: SessionStore,
    *,
    handlers: Sequence[ControllerRouterHandler] = (*PAGES, *stripe.HANDLERS, *ats.HANDLERS),
    places: Callable[[Visit], Sequence[NavItem]] = nav.places,
    lifespan: Sequence[Any] = (),
    openapi: OpenAPIConfig | None = None,
) -> Litestar:
    """Return the application; `lifespan` takes async context managers that open what the pages need."""
    site = Site(
        base_url=settings.base_url.rstrip("/"),
        secret=settings.secret,
        sandbox=settings.sandbox,
        demo=settings.demo and settings.env != "production",
        operator_name=settings.operator_name,
        sessions=session_store,
        nav=places,
        sandbox_pages=settings.stripe_api_base,
    )
    environment()
    app = Litestar(
        route_handlers=[static_file, health, *handlers],
        middleware=[csrf_middleware],
        before_request=auditing.watch,
        exception_handlers={HTTPException: answer, Exception: answer},
        lifespan=list(lifespan),
        openapi_config=openapi,
        request_max_body_size=FORM_BYTES,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Front(app.asgi_handler, site)
    return app


@asynccontextmanager
async def _open_database(_app: Litestar) -> AsyncIterator[None]:
    current = deployment()
    memory.settle()
    doorbell.use(current.redis_url)
    await db.DB.serve(current.web_database_url)
    yield
    await db.DB.close()


def application() -> Litestar:
    """Return the application of this process, as its settings say (uvicorn's factory)."""
    return create_app(deployment(), sessions, lifespan=[_open_database])
