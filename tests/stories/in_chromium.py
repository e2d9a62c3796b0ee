"""Play the same story in a real Chromium: python -m tests.stories.in_chromium http://localhost:8000.

The acts are the story's own; only the visitors differ: they fill real fields and press real buttons. Alumni come
with a phone, everybody else at a desk. SCREENSHOTS names a folder for a picture of every page that was reached.
"""

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

import httpx
from playwright.sync_api import Browser, Locator, Page, Response, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from web.story import __main__ as story
from web.story.stage import Stage
from web.story.visitor import Form, StoryError, Visitor

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AT_A_DESK = {"operator", "owner", "manager", "approver", "finance"}


class ChromiumVisitor(Visitor):
    """One person in a browser of her own."""

    def __init__(self, browser: Browser, base_url: str, name: str, email: str) -> None:
        super().__init__(base_url, name, email)
        desk = name.lower().split()[-1] in AT_A_DESK
        context = browser.new_context(locale="en", viewport=DESK if desk else PHONE)
        context.add_cookies([{"name": "lang", "value": "en", "url": base_url}])
        self.tab: Page = context.new_page()
        self.problems: list[str] = []
        self.tab.on("pageerror", lambda problem: self.problems.append(str(problem)))
        self.seen = 0

    def open(self, path: str, expect: int = 200) -> Self:
        return self._look(self.tab.goto(urljoin(self.base_url, path)), expect)

    def send(self, form: Form, expect: int = 200, **pressed: str) -> Self:
        place = self._place(form)
        for name, values in form.values.items():
            self._fill(place.locator(f'[name="{name}"]'), values)
        for name, (file_name, content, kind) in form.files.items():
            place.locator(f'input[type=file][name="{name}"]').set_input_files(
                {"name": file_name, "mimeType": kind, "buffer": content}
            )
        with self.tab.expect_navigation(wait_until="load") as navigation:
            self._press(place, pressed)
        return self._look(navigation.value, expect)

    def download(self, words: str) -> bytes:
        answer = self.tab.context.request.get(self.link(words))
        if answer.status != httpx.codes.OK:
            raise StoryError(f"{words}: {answer.status}")
        return answer.body()

    def _place(self, form: Form) -> Locator:
        """Return the form of the open page that sends to this address."""
        for place in self.tab.locator("form").all():
            if urljoin(self.tab.url, place.get_attribute("action") or self.tab.url) == form.action:
                return place
        raise StoryError(f"{self.name} at {self.tab.url} no longer sees the form {form.action}")

    def _fill(self, controls: Locator, values: list[str]) -> None:
        """Bring the controls of one name to these values, as a person would: text is typed, boxes are ticked."""
        left = list(values)
        for control in controls.all():
            kind = control.get_attribute("type") or ""
            tag = str(control.evaluate("node => node.localName"))
            if kind in {"checkbox", "radio"}:
                ticked = (control.get_attribute("value") or "on") in values
                if ticked or kind == "checkbox":
                    control.evaluate("(node, ticked) => { node.checked = ticked }", ticked)
            elif tag == "select":
                control.evaluate("(node, value) => { node.value = value }", left.pop(0) if left else "")
            elif tag in {"input", "textarea"} and kind not in {"hidden", "file", "submit"} and left:
                text = left.pop(0)
                if control.input_value() != text:
                    self._type(control, text)

    def _type(self, control: Locator, text: str) -> None:
        if control.is_visible():
            control.fill(text)
        else:  # folded away until it is wanted
            control.evaluate("(node, text) => { node.value = text }", text)

    def _press(self, place: Locator, pressed: dict[str, str]) -> None:
        if not pressed:
            buttons = place.locator("button:not([type=button]), input[type=submit]")
        else:
            (name, value), *_ = pressed.items()
            buttons = place.locator(f'button[name="{name}"][value="{value}"]')
        button = buttons.first
        if button.is_visible() and button.get_attribute("aria-hidden") != "true":
            button.click()
        else:  # behind a question that a person would answer with yes
            button.evaluate("node => node.form.requestSubmit(node)")

    def _look(self, answer: Response | None, expect: int) -> Self:
        self.url, self.status = self.tab.url, answer.status if answer else 0
        self.page = LexborHTMLParser(self.tab.content())
        self._keep_picture()
        if self.problems:
            raise StoryError(f"{self.name} at {self.url}: a script failed: {self.problems}")
        if self.status != expect:
            raise StoryError(
                f"{self.name}: {self.url} answered {self.status}, not {expect}.\n{self.text[:2000]}"
            )
        return self

    def _keep_picture(self) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            self.seen += 1
            words = re.sub(r"[^a-z]+", "-", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", self.url.lower()))
            name = f"story-{self.name.lower().replace(' ', '-')}-{self.seen:02}-{words[-50:]}.png"
            self.tab.screenshot(path=str(Path(folder) / name), full_page=True)


def main(base_url: str) -> int:
    """Play the story; return 0 when each step held."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )

        def visitor(base: str, name: str, email: str) -> Visitor:
            return ChromiumVisitor(browser, base, name, email)

        try:
            return story.play(Stage.from_environment(base_url, visitor))
        finally:
            browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
