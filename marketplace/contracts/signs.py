"""Signs that a contract for services is in truth employment: words, questions and better words.

Sources: 厚生労働省「労働者性の判断基準」(昭和60年労働基準法研究会報告); Freelance Act guidelines.
"""

import re
from dataclasses import dataclass

from marketplace.core.errors import N_


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: the answer that shows it, the words that hint at it, and words to use instead."""

    name: str
    answer: str
    shows: bool
    words: re.Pattern[str]
    title: str
    says: str
    better_ja: str
    better_en: str


_CLOCK = r"(?:午前|午後)?\s*\d{1,2}\s*(?::\d{2}|時(?:\s*\d{1,2}\s*分|半)?)"

SIGNS: tuple[Sign, ...] = (
    Sign(
        "hours",
        "fixed_hours",
        True,
        re.compile(
            rf"(?:毎朝|毎日|毎夕|平日|月曜|週\s*[2-7二三四五]\s*[日回])[^。\n]{{0,10}}{_CLOCK}"
            rf"|{_CLOCK}\s*(?:から|~|〜|-|–)\s*{_CLOCK}|{_CLOCK}(?:に|までに)(?:集合|出社|出勤|開始|始業"
            rf"|業務を開始|朝礼)"
            r"|始業|終業|勤務時間|就業時間|定時|フルタイム|シフト|タイムカード|打刻|勤怠|残業|常駐時間"
            r"|朝礼|コアタイム"
            r"|\bshifts?\b|\bworking hours\b|\boffice hours\b|\bcore hours\b|\bfull[- ]time\b"
            r"|\bclock (?:in|out)\b|\btimesheets?\b"
            r"|\b(?:every|each) (?:morning|day|weekday)\b[^.\n]{0,30}\b\d{1,2}(?::\d{2})?\s*(?:am|pm"
            r"|o'clock)?"
            r"|\b\d{1,2}(?::\d{2})?\s*(?:am|pm)?\s*(?:to|-|–)\s*\d{1,2}(?::\d{2})?\s*(?:am|pm)\b|\bovertime\b"
        ),
        N_("Fixed hours"),
        N_(
            "“%(words)s” can be read as fixing the hours of work. "
            "In a contract for services people choose their own."
        ),
        "週1回、都合の合う時に打合せをします。",
        "We meet once a week at a time that suits both.",
    ),
    Sign(
        "direction",
        "directed",
        True,
        re.compile(
            r"指示(?:に従|に基づ|を受け|の(?:もと|下)|通り|どおり|する)|指揮命令|指揮監督|上司|日報|逐次"
            r"|都度(?:の)?(?:指示|報告|承認)|手順書(?:に従|どおり|通り)"
            r"|マニュアル(?:に従|どおり|通り)|監督のもと|ルールに従って作業|(?:毎日|その日|当日)の(?:作業"
            r"|業務)を(?:指示|報告|割り当て)"
            r"|\bas (?:directed|instructed)\b|\bfollow(?:ing)? (?:the |our "
            r"|all )?(?:\w+ )?(?:instructions?|orders|directions?)\b"
            r"|\bunder (?:the |our )?(?:direction|supervision|control)\b|\bdaily reports?\b"
            r"|\breports? daily\b|\bsupervis(?:or|ed)\b|\bstep[- ]by[- ]step\b"
        ),
        N_("Direction of the work"),
        N_(
            "“%(words)s” can be read as directing the work step by step. "
            "Agree on the result and leave the way to the alumnus."
        ),
        "進め方はお任せします。途中の確認は、節目ごとに相談して決めます。",
        "How to proceed is up to you; we agree on checkpoints together.",
    ),
    Sign(
        "place",
        "fixed_place",
        True,
        re.compile(
            r"出社|出勤|常駐|オフィス(?:で|にて|内で)(?:の)?(?:作業|勤務|業務)|本社(?:で"
            r"|にて)(?:の)?(?:作業|勤務|業務)|勤務地|勤務場所|通勤|座席"
            r"|\bon[- ]?site (?:every|each|daily|full)|\bat (?:our|the) office (?:every|each|daily)"
            r"|\bcome to (?:the|our) office\b|\bcommut"
        ),
        N_("A fixed place"),
        N_(
            "“%(words)s” can be read as fixing the place of work. "
            "Name a place only where the work itself needs it."
        ),
        "作業の場所は自由です。現地が必要な日だけ、事前に相談して決めます。",
        "Work wherever you like; days that need presence are agreed beforehand.",
    ),
    Sign(
        "hourly",
        "paid_by_hour",
        True,
        re.compile(
            r"時給|時間給|日給|日当|月給|給与|給料|賃金|残業代|時間単価|1\s*時間\s*(?:あたり|当たり"
            r"|につき)|時間(?:に応じ|制)て?(?:の)?(?:支払|報酬|精算)"
            r"|\bhourly\b|\bper hour\b|\ban hour\b|/\s*h(?:r|our)?\b|\bdaily (?:wage|rate)\b|\bwages?\b"
            r"|\bsalary\b"
        ),
        N_("Pay by time"),
        N_("“%(words)s” reads like wages. A fee is agreed for the work, not for the hours."),
        "報酬は、成果物1件あたりの金額です。",
        "The fee is agreed for the finished work.",
    ),
    Sign(
        "exclusive",
        "exclusive",
        True,
        re.compile(
            r"専属|専従|専念|副業(?:は)?禁止|兼業(?:は)?禁止|(?:他社|競合(?:他社)?|同業他社|他)の(?:仕事"
            r"|案件|業務)[^。\n]{0,12}(?:禁止|ならない|なりません|できません|控え|断|受けない|いけません"
            r"|許可)"
            r"|\bexclusiv(?:e|ely|ity)\b|\b(?:not|no) (?:\w+ ){0,3}(?:work|working) for (?:any )?(?:other"
            r"|another|competitor)|\bno other (?:clients?|work)\b"
        ),
        N_("Exclusivity"),
        N_("“%(words)s” ties the alumnus to one company. Keeping secrets is enough in most cases."),
        "他のお仕事との両立は自由です。秘密の保持だけお願いします。",
        "Other work is welcome; please only keep what is confidential.",
    ),
    Sign(
        "penalties",
        "penalties",
        True,
        re.compile(
            r"罰金|違約金|ペナルティ|制裁金|反則金|遅刻(?:の場合|は|した|1回|一回)[^。\n]{0,12}(?:減額"
            r"|控除|円)|懲戒|減給"
            r"|\bpenalt(?:y|ies)\b|\bfined?\b(?! (?:art|print|tun|to|with))|\bdisciplin"
        ),
        N_("Penalties"),
        N_("“%(words)s” works like a disciplinary rule. Say instead how a delay is talked over."),
        "遅れそうな時は、早めに相談してください。",
        "If a delay is likely, please tell us early.",
    ),
    Sign(
        "refusal",
        "may_refuse",
        False,
        re.compile(
            r"断(?:れません|ることはできません|れない|ることができない)|拒否(?:できません|できない|不可"
            r"|することはできません)|(?:業務|依頼|仕事)命令|必ず(?:引き受け|応じ|対応し)"
            r"|\b(?:cannot|can't|may not|must not) (?:refuse|decline)\b|\bmust accept (?:all|any|every)\b"
        ),
        N_("No right to refuse"),
        N_("“%(words)s” takes away the freedom to decline. Each request can be declined."),
        "追加のお願いは、その都度相談し、お断りいただいても構いません。",
        "Further requests are talked over each time and may be declined.",
    ),
    Sign(
        "substitution",
        "may_substitute",
        False,
        re.compile(
            r"(?:必ず)?(?:本人|ご自身|自身)(?:が|で)(?:必ず|のみ|直接)[^。\n]{0,12}(?:作業|実施|行|対応)"
            r"|再委託(?:は)?(?:禁止|不可|できません|を禁)|代理(?:は)?(?:不可|禁止)|代わりの(?:者"
            r"|人)(?:は)?(?:不可|認め)"
            r"|\bno (?:substitut\w+|subcontract\w+|delegat\w+)\b|\b(?:must"
            r"|only) (?:\w+ ){0,3}(?:personally|in person)\b|\b(?:cannot|may not|must not) (?:subcontract"
            r"|delegate|substitute)\b"
        ),
        N_("No substitute allowed"),
        N_(
            "“%(words)s” rules out help by others. "
            "If it must be one person, say why; otherwise allow help with notice."
        ),
        "事前にご連絡いただければ、補助者を使っても構いません。",
        "You may use helpers if you tell us beforehand.",
    ),
    Sign(
        "tools",
        "company_tools",
        True,
        re.compile(
            r"(?:会社|社用|貸与|支給|当社)(?:の)?(?:pc|パソコン|端末|ノートpc|携帯|機材|制服|名刺|社員証)"
            r"|制服|社員証|名刺を(?:支給|貸与|持)"
            r"|\bcompany (?:laptop|pc|computer|phone|uniform)\b|\buniforms?\b"
        ),
        N_("The company's tools"),
        N_("“%(words)s”: tools lent by the company are a sign of employment, unless security needs them."),
        "道具は、ご自身の使いやすいものをお使いください。",
        "Please use the tools that you prefer.",
    ),
    Sign(
        "risk",
        "bears_no_risk",
        True,
        re.compile(
            r"(?:交通費|経費|実費)(?:は)?(?:全額|すべて|全て)(?:支給|会社負担)|成果(?:に|の有無に"
            r"|を)(?:かかわらず|関わらず|問わず)[^。\n]{0,12}(?:支払|固定)|固定給|最低保証"
            r"|\bguaranteed (?:income|pay|minimum)\b|\bfixed monthly (?:pay|salary)\b"
        ),
        N_("No risk of one's own"),
        N_("“%(words)s” leaves no business risk with the alumnus, as with an employee."),
        "報酬は、納品された成果に対してお支払いします。",
        "The fee is paid for the work that is delivered.",
    ),
    Sign(
        "same_work",
        "same_work_as_employees",
        True,
        re.compile(
            r"(?:社員|従業員|正社員|職員)と(?:同じ|同様|同等|一緒|変わらない)|社員の(?:代わり|代替|欠員)"
            r"|欠員(?:の)?補充"
            r"|\bsame (?:\w+ ){0,2}as (?:our |the )?(?:employees|staff)\b|\blike an employee\b"
            r"|\breplac\w+ (?:an? )?(?:employee|staff)"
        ),
        N_("The same work as employees"),
        N_("“%(words)s” puts the alumnus in the place of an employee. Describe a piece of work of its own."),
        "この案件だけの、独立した仕事です。",
        "This is a separate piece of work of its own.",
    ),
)

_DENIES = re.compile(
    r"ありません|ございません|不要|必要(?:は)?(?:あり|な)|なし|しません|求めません|問いません|問わず"
    r"|行いません|いたしません|ではない|でない|自由|任意|構いません|かまいません|お任せ|ご都合|都合の"
    r"|\bno\b|\bnot\b|n't\b|\bwithout\b|\boptional\b|\bfree to\b|\bup to you\b|\bnever\b"
)
_NOT_FREEDOM = frozenset(
    {"exclusive", "refusal", "substitution"}
)  # their own words forbid; a "not" is part of them


def denied(sign: Sign, sentence: str, start: int) -> bool:
    """Tell whether folded `sentence` denies the sign found at `start` (“出社は不要です”)."""
    if sign.name in _NOT_FREEDOM:
        return bool(
            re.search(
                r"(?:専属|専従|専念|禁止|制限|義務)[^。]{0,8}(?:ありません|なし|しません|不要|ではない"
                r"|でない)|\b(?:not|non-?) ?exclusiv|\bno exclusiv",
                sentence,
            )
        )
    return bool(
        _DENIES.search(sentence[start:])
        or re.search(r"\b(?:no|not|without|never)\b(?: \w+){0,2} ?$", sentence[:start])
    )
