"""Act 16: a month is over. The bank has kept a fee that nobody booked, and the month is not closed over it."""

import re
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError, Visitor

CHECK = Path(__file__).parents[3] / "docs" / "verify_closing.py"
FEE = 550
BANK, BANK_PAGE = "縁結び銀行", "/operator/reconciliation/bank"
COLUMNS = {"header_rows": 1, "day": 0, "description": 1, "paid_out": 2, "reference": 3}
BREAKS = "/operator/reconciliation/breaks"
BOOKED = "振込手数料です。銀行の明細で確認しました。"
EXPLAINED = "提供者の画面で確認しました。差異の理由は記録のとおりです。"
OVER = "ほかの会社はそれぞれの予定で締めます。"
A_WHILE = 90.0


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(16, "The month is closed")
    finance, operator = stage.people["finance"], stage.people["operator"]
    month = _over(stage, finance, stage.at("/closing"))
    _close(stage, finance, "Finance", stage.at(f"/closing/{month:%Y-%m}"))
    _plant(stage, operator, month)
    for each in _open(stage, operator, "/operator/closing"):
        if each <= month:
            _settle_on_the_way(stage, operator, f"/operator/closing/{each:%Y-%m}")
            _close(stage, operator, "Operator", f"/operator/closing/{each:%Y-%m}")
    operator.open("/operator").must_see("The ledger balances to the yen")
    stage.say("Ledger", "nothing can be dated into that month any more; a correction goes into the next one")


def _open(stage: Stage, who: Visitor, at: str) -> list[date]:
    """Return the months that are over and not closed, the oldest first."""
    who.open(at)
    found = []
    for row in who.page.css("table.book tbody tr"):
        key = re.search(r"/closing/(\d{4})-(\d\d)", row.html or "")
        if key and "Closed" not in row.text():
            found.append(date(int(key[1]), int(key[2]), 1))
    return sorted(month for month in found if month < stage.today.replace(day=1))


def _over(stage: Stage, who: Visitor, at: str) -> date:
    """Return the first month that can be closed; where none is over yet, time goes on until one is."""
    if not _open(stage, who, at):
        first = (stage.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        stage.move_clock(24 * (first - stage.today).days)
    return _open(stage, who, at)[0]


def _plant(stage: Stage, operator: Visitor, month: date) -> None:
    """Bring the bank's file: one line of it is a fee for a transfer, which our books do not know."""
    day = month + timedelta(days=20)
    text = f"日付,摘要,出金,番号\n{day:%Y/%m/%d},振込手数料,{FEE},{stage.run}\n"
    operator.open(BANK_PAGE)
    form = operator.form(f"{BANK_PAGE}/files").fill(account="bank:operator", bank=BANK)
    operator.send(form.attach("file", f"bank-{stage.run}.csv", text.encode(), "text/csv"))
    if operator.sees("Which column means what?"):
        operator.send(operator.form("/layout").fill(**COLUMNS))
    operator.send(operator.form("/confirmation"))
    stage.say("Operator", "reads in the bank's file; one of its lines is a fee that nobody has booked", FEE)
    operator.open("/operator/reconciliation")
    operator.send(operator.form("/reconciliation/runs"))
    operator.wait_for(BREAKS, "At the bank, not in our books", A_WHILE)
    operator.wait_for("/operator/reconciliation", "Reconcile now", A_WHILE)


def _settle_on_the_way(stage: Stage, operator: Visitor, at: str) -> None:
    """Try to close, read what stands in the way, and settle it."""
    if not operator.open(at).sees("Softly closed"):
        operator.send(operator.form("/soft-close"))
        operator.wait_for(at, "Softly closed", A_WHILE)
    found = list(dict.fromkeys(re.findall(rf"{BREAKS}/[0-9a-f-]{{36}}", operator.open(BREAKS).html)))
    if not found:
        return
    operator.open(at).must_see("in the way of the close", "Open breaks")
    stage.say("Enishi", "does not close the month: a difference is open, and it names it")
    for one in found:
        operator.open(one)
        known = operator.sees(stage.run)
        wanted = {"resolution": "entry", "into": "expense:bank_fee", "reason": BOOKED}
        if not known:
            wanted = {"resolution": "explanation", "reason": EXPLAINED}
        operator.send(operator.form("/resolution").fill(**wanted))
        if known:
            stage.say(
                "Operator", "books it as the bank's fee, with the reason; suspense is at zero again", FEE
            )


def _close(stage: Stage, who: Visitor, part: str, at: str) -> None:
    """Close a month softly, then for good; take its package and check it without us."""
    if not who.open(at).sees("Softly closed"):
        who.send(who.form("/soft-close"))
    who.wait_for(at, "Close for good", A_WHILE)
    form = who.form(f"{at}/close")
    if "reason" in form.values:
        form.fill(reason=OVER)
    who.send(form)
    who.wait_for(at, "/packages/", A_WHILE)
    _check(who.download("/packages/"))
    whose = "the company's month" if part == "Finance" else "the ledger's month"
    stage.say(part, f"closes {whose} {at[-7:]}; its package verifies offline")


def _check(package: bytes) -> None:
    """Run the script of docs/ on a package, as somebody without Enishi would."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(package)
        found = subprocess.run(  # noqa: S603 - our own script, our own file
            [sys.executable, str(CHECK), str(path)], capture_output=True, text=True, check=False
        )
    if found.returncode:
        raise StoryError(f"the package does not verify:\n{found.stdout}{found.stderr}")
    must_equal("everything in the package holds", "everything holds" in found.stdout, True)
