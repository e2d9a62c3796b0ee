"""Files as banks write them, for tests."""

from datetime import date


def zengin(*moved: tuple[date, int, str, str], era: bool = True) -> bytes:
    """Return a file of 200-byte records: (day, signed yen, counterparty, EDI text) each."""
    data = [_data(number, *line, era=era) for number, line in enumerate(moved, 1)]
    paid_in, paid_out = [m[1] for m in moved if m[1] > 0], [-m[1] for m in moved if m[1] < 0]
    head = _pad(
        "1"
        "03"
        "0" + "081123" * 3 + "0001" + "ﾐｽﾞﾎ".ljust(15) + "001" + "ﾎﾝﾃﾝ".ljust(15) + "   " + "1" + "0001234567"
    )
    tail = _pad(
        f"8{len(paid_in):06}{sum(paid_in):013}{len(paid_out):06}{sum(paid_out):013}1{0:014}{len(moved):07}"
    )
    end = _pad(f"9{len(moved) + 3:010}{1:05}")
    return b"\r\n".join([head, *data, tail, end]) + b"\r\n"


def _data(number: int, day: date, amount: int, counterparty: str, edi: str, *, era: bool) -> bytes:
    when = f"{day.year - (2018 if era else 2000):02}{day:%m%d}"
    front = (
        f"2{number:08}{when}{when}{1 if amount > 0 else 2}11{abs(amount):012}{0:012}"
        + "0" * 6
        + "0" * 6
        + "0"
        + "0" * 7
        + "001"
        + "0" * 10
    )
    return _pad(
        front,
        counterparty.encode("cp932").ljust(48)
        + b" " * 30
        + b"\xcc\xd8\xba\xd0".ljust(20)
        + edi.encode("cp932").ljust(20),
    )


def _pad(text: str, more: bytes = b"") -> bytes:
    return (text.encode("cp932") + more).ljust(200)
