"""Whether a reward or a fee for a referral is lawful: allow, deny or review, with rule ids, reasons and ways out.

Pure: the facts come in as a `Question`, the law as a dated table (`policy_rules`). Deny by default: what no rule
covers is reviewed by a person, the strictest country wins, and a denial beats a review.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.dated import in_force
from marketplace.core.errors import N_, Message
from marketplace.referrals.policy_facts import Answer, Question
from marketplace.referrals.policy_rule import EVERY_ZONE, FOUNDATIONS, Rule, zone_of
from marketplace.referrals.policy_rules import RULES

STRICTNESS = (Answer.ALLOW, Answer.REVIEW, Answer.DENY)
COMPARED = ("JP", "US", "GB")
"""The countries that a page sets beside each other; GB stands for the EU's members, too."""

UNKNOWN_COUNTRY = Rule(
    id="ANY-UNKNOWN-COUNTRY",
    version=1,
    valid_from=date(2020, 1, 1),
    valid_to=None,
    zone=EVERY_ZONE,
    answer=Answer.REVIEW,
    source=FOUNDATIONS,
    reason=N_("We have no rules for this country yet. A person of the operator looks at it first."),
)
NO_RULE = Rule(
    id="ANY-NO-RULE",
    version=1,
    valid_from=date(2020, 1, 1),
    valid_to=None,
    zone=EVERY_ZONE,
    answer=Answer.REVIEW,
    source=FOUNDATIONS,
    reason=N_("No rule covers this case on this day. A person of the operator looks at it first."),
)


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that applied: which version, since when, in which country, its law, what it says and what else is lawful."""

    id: str
    version: int
    valid_from: date
    country: str
    answer: Answer
    source: Message
    reason: Message
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the strictest country, with every rule that applied: the strictest first, then as the table has them."""

    answer: Answer
    rules: tuple[RuleHit, ...]
    table_version: str

    @property
    def deciding(self) -> tuple[RuleHit, ...]:
        """The rules that made the answer what it is, each once; where a person decided, the rules that asked for him."""
        hits = [hit for hit in self.rules if hit.answer is self.answer] or list(self.rules)
        return tuple({hit.id: hit for hit in hits}.values())

    @property
    def ways(self) -> tuple[str, ...]:
        """The lawful ways that the deciding rules name (keys of `ways.WAYS`), each once."""
        return tuple(dict.fromkeys(way for hit in self.deciding for way in hit.ways))


def evaluate(question: Question, *, rules: Sequence[Rule] = RULES) -> Verdict:
    """Judge a question by the rules in force on its day.

    Source: the table "Referral rewards" of docs/compliance-jp.md. An empty set of countries is unknown, too.
    """
    found = [hit for country in sorted(question.countries) for hit in _in_country(question, country, rules)]
    if not question.countries:
        found = [_hit(UNKNOWN_COUNTRY, question, "")]
    found.sort(
        key=lambda hit: -STRICTNESS.index(hit.answer)
    )  # stable: within an answer as the table has them
    return Verdict(found[0].answer, tuple(found), version_of(rules))


def compare(question: Question, *, rules: Sequence[Rule] = RULES) -> dict[str, Answer]:
    """Return what the same question would be answered in each country of `COMPARED` alone."""
    return {
        country: evaluate(question.only_in(country), rules=rules).answer
        for country in (*COMPARED, *sorted(question.countries - set(COMPARED)))
    }


def version_of(rules: Iterable[Rule]) -> str:
    """Return a name for this state of the table, other whenever a row's meaning is."""
    rows = sorted(
        f"{rule.id}/{rule.version}/{rule.valid_from}/{rule.valid_to}/{rule.answer}/{rule.reason}"
        for rule in rules
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]


def _in_country(question: Question, country: str, rules: Sequence[Rule]) -> list[RuleHit]:
    zone = zone_of(country)
    wanted = {zone, EVERY_ZONE} if zone else {EVERY_ZONE}
    ids = dict.fromkeys(rule.id for rule in rules if rule.zone in wanted)
    dated = [in_force([rule for rule in rules if rule.id == id_], question.on) for id_ in ids]
    hits = [_hit(rule, question, country) for rule in dated if rule is not None and rule.covers(question)]
    if zone is None:
        return [*hits, _hit(UNKNOWN_COUNTRY, question, country)]
    return hits or [_hit(NO_RULE, question, country)]


def _hit(rule: Rule, question: Question, country: str) -> RuleHit:
    holes = {name: value for name, value in question.figures().items() if f"%({name})s" in rule.reason}
    return RuleHit(
        rule.id, rule.version, rule.valid_from, country, rule.answer,
        Message(rule.source), Message(rule.reason, holes), rule.ways,
    )  # fmt: skip
