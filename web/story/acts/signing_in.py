"""How everybody comes in: by the button behind a mailed link, without a password."""

from web.story.stage import Stage
from web.story.visitor import StoryError, Visitor


def by_mail(visitor: Visitor, subject: str) -> None:
    """Open the newest mail whose subject holds these words and press the one button behind its link."""
    visitor.open_mail(subject)
    visitor.send(visitor.form("/sign-in/"))


def as_operator(stage: Stage) -> Visitor:
    """Be the operator, by the demonstration's page of one-click sign-ins."""
    visitor = stage.person("operator", "the operator")
    visitor.open("/demo")
    for node in visitor.page.css("form[action*='/session']"):
        if (part := node.css_first("input[name=part]")) and part.attributes.get("value") == "operator":
            visitor.send(visitor.form(node.attributes.get("action") or ""))
            return visitor
    raise StoryError("the demonstration's page offers no operator")
