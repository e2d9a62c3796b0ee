"""A person at a browser without JavaScript: reads pages, fills forms, follows links, opens the links in her mail."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

PATIENCE = 30.0
A_MOMENT = 4.0


class StoryError(AssertionError):
    """A step of the story did not hold; says where she stood and what the page told her."""


@dataclass
class Form:
    """A form of the page, filled as the server gave it; `choose` and `fill` change it, `Visitor.send` submits it."""

    method: str
    action: str
    values: dict[str, list[str]]
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)

    def fill(self, **values: Any) -> Self:
        """Set fields (a list for a repeated one); a field that the form does not have is a mistake of the story."""
        for name, value in values.items():
            if name not in self.values:
                raise StoryError(f"the form {self.action} has no field {name}; it has {sorted(self.values)}")
            self.values[name] = (
                [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
            )
        return self

    def option(self, name: str, words: str) -> str:
        """Return the value of the option of a select that reads so."""
        for text, value in self.options.get(name, {}).items():
            if words in text:
                return value
        raise StoryError(
            f"{name} of the form {self.action} offers no “{words}”: {list(self.options.get(name, {}))}"
        )

    def attach(self, name: str, file_name: str, content: bytes, kind: str) -> Self:
        """Choose a file for a file field."""
        self.files[name] = (file_name, content, kind)
        return self


class Visitor:
    """One person with a cookie jar of her own."""

    def __init__(self, base_url: str, name: str, email: str = "", language: str = "en") -> None:
        self.base_url = base_url
        self.name = name
        self.email = email
        self.client = httpx.Client(
            base_url=base_url,
            follow_redirects=True,
            timeout=60,
            headers={"accept-language": language, "accept": "text/html"},
            cookies={"lang": language},
        )
        self.url = base_url
        self.status = 0
        self.page = LexborHTMLParser("<html></html>")

    def open(self, path: str, expect: int = 200) -> Self:
        """Go to a page; raises StoryError when it answers otherwise than expected."""
        return self._read(self.client.get(urljoin(self.base_url, path)), expect)

    def wait_for(self, path: str, text: str, patience: float = PATIENCE) -> Self:
        """Open a page again and again until it says `text` or links there: work goes on behind the site."""
        ends = time.monotonic() + patience
        while not self.open(path).sees(text):
            if time.monotonic() > ends:
                raise StoryError(
                    f"{self.name} waited {patience:.0f} s at {path} for “{text}”.\n{self.text[:1500]}"
                )
            time.sleep(0.3)
        return self

    @property
    def text(self) -> str:
        """The words of the page, white space folded."""
        body = self.page.body
        return re.sub(r"\s+", " ", body.text(separator=" ")).replace("¥ ", "¥").strip() if body else ""

    def texts(self, selector: str) -> list[str]:
        """Return the words of every element under a selector."""
        return [re.sub(r"\s+", " ", node.text()).strip() for node in self.page.css(selector)]

    @property
    def html(self) -> str:
        """The page as it came."""
        return self.page.html or ""

    @property
    def path(self) -> str:
        """Where she is, without the site's name."""
        return urlsplit(self.url).path

    def sees(self, words: str) -> bool:
        """Tell whether the page says this, or links to an address that holds it."""
        return words in self.text or any(
            words in (node.attributes.get("href") or "") for node in self.page.css("a")
        )

    def must_see(self, *words: str) -> Self:
        """Check that the page says each of these."""
        for word in words:
            if word not in self.text:
                raise StoryError(f"{self.name} at {self.url} does not see “{word}”.\n{self.text[:1500]}")
        return self

    def yen(self, selector: str) -> int:
        """Return the exact amount of the first money element under a selector."""
        node = self.page.css_first(f"{selector} data.money") or self.page.css_first(f"{selector}")
        value = node.attributes.get("value") if node else None
        if value is None:
            raise StoryError(f"{self.name} at {self.url} finds no amount at {selector}.\n{self.text[:1500]}")
        return int(value)

    def fact(self, label: str) -> str:
        """Return what stands beside a label in a list of facts."""
        for row in self.page.css("dl.facts > div"):
            said, value = row.css_first("dt"), row.css_first("dd")
            if said and value and said.text().strip() == label:
                return value.text().strip()
        raise StoryError(f"{self.name} at {self.url} finds no fact “{label}”.\n{self.text[:1500]}")

    def link(self, words: str) -> str:
        """Return the address of the first link that says `words` or leads to an address that holds them."""
        for node in self.page.css("a[href]"):
            href = node.attributes.get("href") or ""
            if words in node.text() or words in href:
                return urljoin(self.url, href)
        raise StoryError(f"{self.name} at {self.url} finds no link “{words}”.\n{self.text[:1500]}")

    def follow(self, words: str) -> Self:
        """Follow a link."""
        return self.open(self.link(words))

    def form(self, action: str) -> Form:
        """Return the first form whose action holds `action`."""
        for node in self.page.css("form"):
            if action in (node.attributes.get("action") or self.url):
                return _read_form(node, self.url)
        found = [node.attributes.get("action") for node in self.page.css("form")]
        raise StoryError(
            f"{self.name} at {self.url} finds no form {action}; there are {found}.\n{self.text[:1000]}"
        )

    def send(self, form: Form, expect: int = 200, **pressed: str) -> Self:
        """Submit a form, with the pressed button's name and value if it has one."""
        values = {**form.values, **{name: [value] for name, value in pressed.items()}}
        if form.method == "get":
            return self._read(self.client.get(form.action, params=values), expect)
        parts = urlsplit(form.action)
        headers = {"origin": f"{parts.scheme}://{parts.netloc}"}
        files = form.files or None
        return self._read(self.client.post(form.action, data=values, files=files, headers=headers), expect)

    def download(self, words: str) -> bytes:
        """Fetch what a link leads to, without leaving the page."""
        answer = self.client.get(self.link(words))
        if answer.status_code != httpx.codes.OK:
            raise StoryError(f"{words}: {answer.status_code}")
        return answer.content

    def open_mail(self, subject: str, *, since: float = 0.0) -> Self:
        """Open the newest caught mail to her whose subject holds the words, and follow its link."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            answer = self.client.get(
                "/demo/inbox", params={"to": self.email}, headers={"accept": "application/json"}
            )
            for mail in answer.json()["mails"] if answer.status_code == httpx.codes.OK else []:
                if subject in mail["subject"] and mail["at"] >= since and mail["links"]:
                    return self.open(mail["links"][0])
            time.sleep(0.3)
        raise StoryError(f"no mail “{subject}” reached {self.email} within {PATIENCE:.0f} s")

    def _read(self, answer: httpx.Response, expect: int) -> Self:
        self.url, self.status = str(answer.url), answer.status_code
        self.page = LexborHTMLParser(answer.text)
        if answer.status_code != expect:
            raise StoryError(
                f"{self.name}: {answer.request.method} {answer.url} answered {answer.status_code}, not {expect}.\n{self.text[:2000]}"
            )
        return self


def soon(holds: Callable[[], bool], patience: float = A_MOMENT) -> bool:
    """Look for a moment, or longer, whether something holds; False when not."""
    ends = time.monotonic() + patience
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.25)
    return True


def _read_form(node: LexborNode, page_url: str) -> Form:
    values: dict[str, list[str]] = {}
    options: dict[str, dict[str, str]] = {}
    for control in node.css("input[name], select[name], textarea[name]"):
        name = control.attributes["name"] or ""
        values.setdefault(name, [])
        values[name] += _given(control)
        if control.tag == "select":
            options[name] = {each.text().strip(): _value(each) for each in control.css("option")}
    method = (node.attributes.get("method") or "get").lower()
    return Form(method, urljoin(page_url, node.attributes.get("action") or page_url), values, options=options)


def _value(option: LexborNode) -> str:
    given = option.attributes
    return (given["value"] or "") if "value" in given else option.text()


def _given(control: LexborNode) -> list[str]:
    given = control.attributes
    if "disabled" in given:
        return []
    if control.tag == "textarea":
        return [control.text()]
    if control.tag == "select":
        chosen = control.css("option[selected]") or control.css("option")[:1]
        return [_value(option) for option in chosen]
    kind = given.get("type") or "text"
    if kind in {"checkbox", "radio"}:
        return [given.get("value") or "on"] if "checked" in given else []
    if kind in {"submit", "image", "button", "file", "reset"}:
        return []
    return [given.get("value") or ""]
