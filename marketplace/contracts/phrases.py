"""Days, times, amounts and shares as the bilingual contract prints them: Japanese first, English beside it.

The document is the same for every reader, so these phrases are part of it and not of the message catalogues.
"""

from datetime import date, datetime, timedelta, timezone

from marketplace.contracts.terms import Amount, CancellationStep

JAPAN = timezone(timedelta(hours=9))
Pair = tuple[str, str]

_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(on: date) -> Pair:
    """Return `on` with its weekday: 2027年1月29日(金), Friday, 29 January 2027."""
    weekday = on.weekday()
    return (
        f"{on.year}年{on.month}月{on.day}日({_WEEKDAYS_JA[weekday]})",
        f"{_WEEKDAYS_EN[weekday]}, {on.day} {_MONTHS_EN[on.month - 1]} {on.year}",
    )


def moment(at: datetime) -> Pair:
    """Return `at` in Japan's time, to the minute."""
    local = at.astimezone(JAPAN)
    ja, en = day(local.date())
    return f"{ja} {local:%H:%M}", f"{en}, {local:%H:%M} JST"


def period(start: datetime, end: datetime) -> Pair:
    """Return a period; a period within one day names the day once."""
    first, last = moment(start), moment(end)
    if start.astimezone(JAPAN).date() == end.astimezone(JAPAN).date():
        clock = f"{end.astimezone(JAPAN):%H:%M}"
        return f"{first[0]} から {clock} まで", f"{first[1].removesuffix(' JST')} to {clock} JST"
    return f"{first[0]} から\n{last[0]} まで", f"{first[1]} to {last[1]}"


def money(amount: Amount) -> str:
    """Return yen with separators: ¥50,000."""
    return f"¥{amount.amount:,}"


def percent(basis_points: int) -> str:
    """Return basis points as a percentage without needless zeros: 10%, 10.21%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


def notice(step: CancellationStep, before: CancellationStep | None) -> Pair:
    """Say when a step of the cancellation table applies, knowing the step before it."""
    if step.notice_hours is None:
        return "開始の後", "After the start"
    if step.notice_hours > 0:
        hours = step.notice_hours
        return f"開始の{hours}時間前まで", f"Up to {hours} hours before the start"
    if before is None or before.notice_hours is None:
        return "開始の前", "Before the start"
    hours = before.notice_hours
    return f"開始前{hours}時間を切ってから開始まで", f"Less than {hours} hours before the start"
