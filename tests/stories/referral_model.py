"""The referral machine's plain model: what each event does to claims, rewards, invoices and books."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.stories.referral_facts import (
    CARD_BP,
    GRACE_DAYS,
    PIPELINE,
    PRIORITY_DAYS,
    RUNNING,
    TAX_BP,
    Bill,
    Ledger,
    Offer,
    Part,
    Ref,
)


@dataclass
class World:
    """All of it, and what each event does to it."""

    books: Ledger = field(default_factory=Ledger)
    refs: list[Ref] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    licensed_until: int = 0
    day: int = 0
    debts: dict[int, list[int]] = field(default_factory=dict)
    vested: list[tuple[int, int]] = field(default_factory=list)
    netted: int = 0

    def of_firm(self, firm: int) -> Iterator[Ref]:
        return (ref for ref in self.refs if ref.offer.firm == firm)

    def lawful(self, offer: Offer) -> bool:
        return offer.kind != "hire" or self.day <= self.licensed_until

    def blind(self, offer: Offer, key: str) -> str:
        """Return why a candidate is not available, or an empty text."""
        if self.met(offer, key):
            return "past_claim"
        waits = any(
            ref.status == "consent_pending"
            or (ref.status == "blocked" and ref.blocked == "claim" and ref.until > self.day)
            for ref in self.refs
            if ref.offer is offer and ref.key == key
        )
        return "claim" if waits else ""

    def promote(self, left: Ref) -> None:
        """Let the next receipt move up."""
        if left.reason not in {"no_consent", "taken_back"}:
            return
        same = [ref for ref in self.refs if ref.offer is left.offer and ref.key == left.key]
        if left.offer.status not in {"published", "paused"} or any(
            ref.status == "consent_pending" for ref in same
        ):
            return
        if self.met(left.offer, left.key):
            return
        for ref in same:
            if ref.status == "blocked" and ref.blocked == "claim" and ref.until > self.day:
                ref.status, ref.blocked, ref.until = "consent_pending", "", self.day + PRIORITY_DAYS
                return

    def met(self, offer: Offer, key: str) -> bool:
        """Whether a candidate has said yes or no to the company, under this contact."""
        return any(
            (ref.consented is not None and key in {ref.key, ref.mail})
            or (ref.key == key and ref.reason == "refused")
            for ref in self.of_firm(offer.firm)
        )

    def end(self, ref: Ref, status: str, reason: str) -> None:
        held = ref.status != "blocked"
        ref.status, ref.reason = status, reason
        if held:
            self.promote(ref)

    def succeed(self, ref: Ref, happened: int, base: int) -> None:
        deal = ref.deal
        ref.status, ref.happened, ref.recorded = "succeeded", happened, self.day
        parts = deal.parts if ref.rewarded else ()
        ref.parts = [Part(amount, happened + after) for after, amount in parts]
        fee = deal.fee(base)
        bill = Bill(fee, fee * TAX_BP // 10_000, sum(amount for _, amount in parts))
        if fee + bill.bounty:
            ref.bill = bill
            self.books.asked += sum(bill.left)
            self.books.fee += fee
            self.books.tax += bill.tax
            self.books.awaiting += bill.bounty
        if ref.parts:
            self._look(ref)

    def pay(self, ref: Ref, way: str) -> None:
        assert ref.bill
        bill, books = ref.bill, self.books
        due, bounty = sum(bill.left), bill.left[2]
        if bill.status == "uncollectible":
            self._write_off(bill, -1)
        cost = (due * CARD_BP + 5_000) // 10_000 if way == "card" else 0
        if way == "balance":
            books.balance -= due
        else:
            books.platform += due - cost
        books.expense += cost
        books.asked -= due
        books.awaiting -= bounty
        books.unvested += bounty
        bill.status = "paid"
        self._paid(ref)

    def _paid(self, ref: Ref) -> None:
        """Go on with what an invoice that ended unpaid had stopped."""
        if ref.status == "failed_guarantee":
            self.give_back(ref, ref.refund)
        elif "upheld" not in ref.flags.values():
            for part in ref.parts:
                part.status = "unvested" if part.status == "failed" else part.status
        elif ref.status == "vested" and ref.given_up():
            self.give_back(ref, 0)

    def void(self, ref: Ref) -> None:
        assert ref.bill
        self.books.asked -= sum(ref.bill.left)
        self.books.fee -= ref.bill.fee
        self.books.tax -= ref.bill.tax
        self.books.awaiting -= ref.bill.bounty
        ref.bill.status = "void"
        ref.void()

    def give_up(self, ref: Ref) -> None:
        assert ref.bill
        self._write_off(ref.bill, 1)
        ref.bill.status = "uncollectible"
        ref.void()

    def _write_off(self, bill: Bill, sign: int) -> None:
        fee, tax, bounty = bill.left
        self.books.expense += sign * (fee + tax)
        self.books.awaiting -= sign * bounty
        self.books.asked -= sign * (fee + tax + bounty)

    def fail(self, ref: Ref, left: int) -> None:
        ref.status, ref.refund = "failed_guarantee", ref.deal.refund(left - ref.happened)
        ref.void()
        self.give_back(ref, ref.refund)
        for part in ref.parts:
            if part.status == "vested":
                part.status = "clawed_back"
                self.books.clawed += part.amount
                self.books.promised_back += part.amount
                self.debts.setdefault(ref.referrer, []).append(part.amount)

    def give_back(self, ref: Ref, share: int) -> None:
        bill, books = ref.bill, self.books
        if bill is None or bill.credited or bill.status not in {"open", "paid"}:
            return
        fee = bill.fee * share // 10_000
        tax, bounty = fee * TAX_BP // 10_000, ref.given_up()
        if not fee and not bounty:
            return
        bill.credited = True
        books.fee -= fee
        books.tax -= tax
        if bill.status == "paid":
            books.unvested -= bounty
            books.balance += fee + tax + bounty
            return
        books.awaiting -= bounty
        books.asked -= fee + tax + bounty
        bill.off = (fee, tax, bounty)
        if not any(bill.left):
            bill.status = "credited"

    def _look(self, ref: Ref) -> None:
        ref.flags |= {sign: "held" for sign in self._signs(ref) if sign not in ref.flags}

    def _signs(self, ref: Ref) -> Iterator[str]:
        ours = [one for one in self.of_firm(ref.offer.firm) if one.referrer == ref.referrer]
        claims = sum(one.consented is not None and one.consented > self.day - 7 for one in ours)
        successes = sum(one.recorded is not None and one.recorded > self.day - 30 for one in ours)
        if ref.same_device:
            yield "same_device"
        if claims > 10 or successes > 5:
            yield "velocity"

    def vest_due(self) -> None:
        for ref in self.refs:
            if ref.bill and ref.bill.status == "paid" and ref.status in {*RUNNING, "vested"}:
                for part in ref.parts:
                    if part.day <= self.day and (
                        part.status == "unvested" or (part.status == "held" and part.looked < self.day)
                    ):
                        self._vest(ref, part)

    def _vest(self, ref: Ref, part: Part) -> None:
        self._look(ref)
        if ref.held or not self.lawful(ref.offer):
            part.status, part.why, part.looked = "held", "flag" if ref.held else "policy", self.day
            return
        part.status, part.why = "vested", ""
        self.books.unvested -= part.amount
        net, debts = part.amount, self.debts.setdefault(ref.referrer, [])
        while debts and net:
            kept = min(net, debts[0])
            net, debts[0] = net - kept, debts[0] - kept
            self.books.clawed -= kept
            self.books.promised_back -= kept
            self.books.balance += kept
            if not debts[0]:
                debts.pop(0)
        self.netted += part.amount - net
        self.vested.append((ref.referrer, net))

    def sweep(self) -> None:
        """Let the clock do what it does: in the order of the schedule."""
        for ref in [one for one in self.refs if one.status == "consent_pending" and one.until <= self.day]:
            ref.status, ref.reason = "withdrawn", "no_consent"
            self.promote(ref)
        for ref in [one for one in self.refs if one.status in PIPELINE and one.until <= self.day]:
            self.end(ref, "declined", "ownership_over")
        for offer in self.offers:
            if offer.status == "published" and not self.lawful(offer):
                offer.status = "paused"
        for ref in self.refs:
            if ref.status == "succeeded" and ref.happened < self.day and ref.deal.guarantee:
                ref.status = "guarantee"
        self.vest_due()
        for ref in self.refs:
            if ref.status in RUNNING and ref.guaranteed + GRACE_DAYS < self.day and not ref.waits():
                if "upheld" in ref.flags.values():
                    self.give_back(ref, 0)
                ref.status, ref.reason = "vested", ""
