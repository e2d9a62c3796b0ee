"""Read Japanese and English wording: sentences, days, and what a payment day must not hang on."""

import re
import unicodedata
from datetime import date

ERAS = {"令和": 2018, "平成": 1988}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMERIC = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s*[年/.\-]\s*(?P<month>\d{1,2})\s*[月/.\-]\s*(?P<day>\d{1,2})(?!\d)"
)
_ERA = re.compile(
    r"(?P<era>令和|平成)\s*(?P<year>\d{1,2}|元)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
)
_DAY_FIRST = re.compile(rf"\b{_ORDINAL}\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+{_ORDINAL},?\s+(?P<year>\d{{4}})\b")

_SENTENCE = re.compile(r"[^。.!?;\n]+(?:(?:[.](?=\S))[^。.!?;\n]+)*[。.!?;]?")


def plain(text: str) -> str:
    """Return `text` with width and case folded, so that １０日 and 10日 read alike."""
    return unicodedata.normalize("NFKC", text).lower()


def sentences(text: str) -> list[str]:
    """Part `text` at sentence ends and line ends, keeping the words as typed."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def days_in(text: str) -> list[date]:
    """Return each full calendar day (with its year) written in `text`, once, in order of appearance."""
    folded = plain(text)
    found: dict[int, date] = {}
    for pattern in (_NUMERIC, _ERA, _DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(folded):
            day = _day(match.groupdict())
            if day is not None:
                found.setdefault(match.start(), day)
    return list(dict.fromkeys(found[start] for start in sorted(found)))


def _day(parts: dict[str, str]) -> date | None:
    month = MONTHS.get(parts["month"]) or int(parts["month"])
    year = 1 if parts["year"] == "元" else int(parts["year"])
    try:
        return date(ERAS.get(parts.get("era", ""), 0) + year, month, int(parts["day"]))
    except ValueError:
        return None


INVOICE = re.compile(r"請求(?!期間|額|金額|日)|インボイス|\binvoic(?:e|es|ed|ing)\b|\bbilling\b|\bbilled\b")
INSPECTION = re.compile(
    r"検収|検品|検査|受入れ?(?:確認|後)|受け入れ後|承認(?:後|次第|され|日|の翌|を受け)|合格(?:後|次第|し)"
    r"|(?:完了|成果物|納品物|内容|作業)(?:を|の)?確認(?:後|次第|して|し、|が)"
    r"|公開(?:後|次第)|\binspect(?:ion|ed)?\b|\baccept(?:ance|ed)\b|\bapprov(?:al|ed|es)\b"
    r"|\bsign(?:ed)?[- ]?off\b"
)
BY_A_DAY = re.compile(
    r"まで|迄|以内|遅くとも|以前に|\bby\b(?! (?:an? |the |our )?(?:bank|wire|transfer|stripe|direct"
    r"|company|operator|platform))|\bwithin\b|\bno later than\b|\bnot later than\b|\bon or before\b"
    r"|\bat the latest\b|\buntil\b|\bbefore\b|\bin \d+ (?:business |working |calendar )?days\b"
    r"|\bnet[ -]?\d+\b"
)
VAGUE = re.compile(
    r"頃|ごろ|目安|目処|めど|前後|予定|速やかに|すみやかに|遅滞なく|随時|適宜|別途|協議|未定|後日|都度"
    r"|準備ができ次第|入金後"
    r"|\baround\b|\babout\b|\bapprox|\bexpected\b|\bestimated\b|\bpromptly\b|\bas soon as\b|\basap\b"
    r"|\btbd\b|\bto be (?:agreed|decided|determined)\b"
)
CLOSING = re.compile(
    r"締め?|翌月|翌々月|当月|月末|末日|\bend of (?:the )?(?:next |following )?month\b|\bmonth[- ]end\b"
    r"|\beom\b"
)
PAYING_DAY = re.compile(
    r"支払|お?振込(?!手数料)|振り込|入金|送金(?!手数料)|\bpay(?:s|ment|able|ments)?\b|\bpaid\b"
    r"|\bremit(?:ted|tance)?\b"
)

# "Whether or not it has been inspected" and "no invoice is needed" tie the day to nothing.
_FREED = re.compile(
    r"(?:検収|検査|検品|承認|請求書?)(?:の)?(?:有無|結果|完了|時期|到着|提出|受領|発行|状況)?(?:の有無)?"
    r"(?:に|と|とは|には)(?:かかわらず|関わらず|拘わらず|かかわりなく|関係なく|関係ありません"
    r"|関係しません|よらず|依らず|左右されません)"
    r"|請求書?(?:の)?(?:提出|送付|発行)?(?:は|も|が)?(?:不要|要りません|いりません|必要ありません"
    r"|必要はありません|なし)"
    r"|(?:regardless|irrespective|independent(?:ly)?) of (?:the )?(?:\w+ ){0,3}?(?:inspection|acceptance"
    r"|approval|invoice)s?"
    r"|whether or not (?:\w+ ){0,6}?(?:inspected|accepted|approved|invoiced)"
    r"|(?:no|without (?:an?|any)|not (?:need|require) (?:an?|any)) invoices?(?: (?:is|are) (?:needed"
    r"|required|necessary))?"
    r"|not (?:tied|linked|subject) to (?:the )?(?:\w+ ){0,2}?(?:inspection|acceptance|approval|invoice)"
)


def without_freed(text: str) -> str:
    """Return folded `text` less the phrases that say a payment does *not* depend on inspection or invoice."""
    return _FREED.sub(" ", plain(text))


COSTS_ON_ALUMNUS = re.compile(
    r"(?:振込|送金|決済|事務|システム利用)?手数料(?:は|を)?[^。]{0,12}(?:受託者|貴殿|ご本人|アルムナイ"
    r"|受注者|乙)(?:様)?(?:の|が|に(?:て)?)?(?:ご)?負担"
    r"|(?:受託者|貴殿|アルムナイ|受注者|乙)(?:の)?負担(?:と|で)[^。]{0,12}手数料"
    r"|手数料(?:を|分を)?(?:差し引|差引|控除|相殺)"
    r"|(?:fees?|costs?|charges?) (?:\w+ ){0,3}(?:borne|paid|covered) by (?:the )?(?:alumn|contractor"
    r"|freelancer|you)"
    r"|deduct(?:ed|ing)? (?:\w+ ){0,4}(?:fees?|costs?|charges?)|(?:fees?|costs?"
    r"|charges?) (?:\w+ ){0,4}deducted"
)
REDUCTION = re.compile(
    r"協力金|協賛金|(?:報酬|代金|金額|料金)(?:額)?(?:を|の|から)?[^。]{0,10}(?:減額|値引|割引|引き下げ)"
    r"|(?:減額|値引き?)(?:する|することがあ|します|があります|できる|可能)"
    r"|\b(?:reduce|lower|cut|discount) (?:the |your )?(?:fee|price|pay)|(?:fee|price"
    r"|pay) (?:\w+ ){0,2}(?:reduced|lowered|discounted)|\brebate\b"
)
ENDLESS = re.compile(
    r"(?:修正|やり直し|手直し|変更)[^。]{0,10}(?:無制限|無償|無料|何度でも|制限なし|回数に?制限(?:は|が)?な)"
    r"|(?:無制限|無償|無料|何度でも|満足(?:する|いく|できる)まで)[^。]{0,10}(?:修正|やり直し|手直し|変更)"
    r"|unlimited (?:\w+ ){0,2}(?:revisions?|changes?|rework)|(?:revisions?|changes?"
    r"|rework) (?:\w+ ){0,3}(?:unlimited|free of charge|until satisfied)"
)
