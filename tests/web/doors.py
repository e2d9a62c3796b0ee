"""The cast of the web tests: settings, sessions in memory, and one door per failure."""

import dataclasses
import secrets
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
from litestar import Response, get, post
from litestar.exceptions import NotAuthorizedException, TooManyRequestsException
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.errors import Conflict, Invalid, Message, NotAllowed, NotFound, Unavailable
from marketplace.core.money import Money
from marketplace.people.sessions import SessionInfo
from web.fields import Yen
from web.forms import Form
from web.security import UPLOAD_BYTES
from web.sessions import sign_in, sign_out
from web.templating import see
from web.uploads import File, Upload
from web.visit import AnyRequest, Visit

ALICE = UUID("00000000-0000-7000-8000-00000000a11c")
BASE = "http://enishi.test"


@dataclasses.dataclass
class Settings:
    base_url: str = BASE
    secret: bytes = b"a secret of thirty-two bytes, ok."
    env: str = "test"
    sandbox: bool = True
    demo: bool = False
    stripe_api_base: str = ""
    operator_name: str = "縁結び株式会社"


def session(person: UUID) -> SessionInfo:
    """Return what the store would know about Misaki, an alumna of Aoba."""
    aoba = {"company_id": str(uuid4()), "company": "あおば製作所", "company_en": "Aoba", "status": "active"}
    return SessionInfo(
        person=person,
        name="佐藤 美咲",
        email="misaki@example.jp",
        locale="ja",
        csrf_seed=secrets.token_bytes(8),
        is_operator=False,
        members=(),
        memberships=(aoba,),
    )


class Sessions:
    """Sessions in memory: the same promises as the stored ones."""

    def __init__(self) -> None:
        self.living: dict[str, SessionInfo] = {}
        self.broken = False

    async def find(self, token: str) -> SessionInfo | None:
        if self.broken:
            raise ConnectionError("the database is away")
        return self.living.get(token)

    async def start(self, person: UUID) -> str:
        token = secrets.token_urlsafe(32)
        self.living[token] = session(person)
        return token

    async def end(self, token: str) -> None:
        self.living.pop(token, None)


class Parcel(BaseModel):
    amount: Annotated[Money, Yen()] = Field(title="Amount")
    paper: Annotated[Upload, File(("pdf",), most=2_000_000)] | None = None


FAILURES: dict[str, Exception] = {
    "not-found": NotFound(),
    "not-allowed": NotAllowed("Only a finance member may do this."),
    "conflict": Conflict("Somebody else took the last seat."),
    "invalid": Invalid(fields={"price": Message("Please write a whole number.")}),
    "unavailable": Unavailable("The bank does not answer."),
    "sign-in": NotAuthorizedException(),
    "too-many": TooManyRequestsException(headers={"retry-after": "30"}),
    "bug": RuntimeError("the secret recipe is 42"),
}


@get("/fail/{name:str}")
async def fail(name: FromPath[str]) -> None:
    raise FAILURES[name]


@get("/api/fail/{name:str}")
async def fail_in_the_api(name: FromPath[str]) -> None:
    raise FAILURES[name]


@get("/token")
async def token(request: AnyRequest) -> str:
    return Visit.of(request).csrf


@post("/parcel")
async def parcel(request: AnyRequest) -> dict[str, Any]:
    form = await Form.read(Parcel, request)
    return {"amount": form.data.amount.amount}


@post("/paper", request_max_body_size=UPLOAD_BYTES)
async def paper(request: AnyRequest) -> dict[str, Any]:
    sent = (await Form.read(Parcel, request)).data.paper
    assert sent is not None
    return {"name": sent.name, "kind": sent.kind, "bytes": len(sent.content)}


@post("/hooks/provider", opt={"csrf": False})
async def hook(request: AnyRequest) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@get("/enter")
async def enter(request: AnyRequest) -> Redirect:
    response = see(
        "/me", request, Message("Read: %(title)s for %(price)s", {"title": "x", "price": Money(5000)})
    )
    response.set_cookie(await sign_in(request, ALICE))
    return response


@get("/leave")
async def leave(request: AnyRequest) -> Response[None]:
    return Response(None, cookies=[await sign_out(request)])


DOORS = [fail, fail_in_the_api, token, parcel, paper, hook, enter, leave]


async def signed_in(browser: httpx.AsyncClient, sessions: Sessions) -> str:
    """Sign Alice in and return her form token."""
    browser.cookies.set("enishi", await sessions.start(ALICE))
    return (await browser.get("/token")).text
