"""Judge what is asked for: content, quantity, specification, and the rights with their fee."""

import re

from marketplace.contracts import wording
from marketplace.contracts.draft import TermsDraft
from marketplace.contracts.findings import RECORDED, Finding, Level
from marketplace.core.errors import N_, Message

ARTICLE_3_CONTENT = Message(N_("Freelance Act, article 3 (content of the work)"))

QUANTITY = re.compile(
    r"[\d一二三四五六七八九十百数]+\s*(?:点|件|本|枚|頁|ページ|個|回|式|セット|社|名|字|文字|語|カット|案"
    r"|画面|箇所|か所|ヶ所|部|冊|曲|時間|日間|分|章|コマ|種|バナー|ファイル|台|通)"
    r"|一式|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a single|an?)\b \w+|\b\d[\d,]*\s+[a-z]{3,}"
)
SPECIFICATION = re.compile(
    r"仕様|形式|データ|サイズ|解像度|figma|photoshop|illustrator|excel|word\b|powerpoint|pdf|png|jpe?g"
    r"|psd|markdown|html|css|python|mp[34]"
    r"|スライド|原稿|レポート|報告書|議事録|要件|フォーマット|言語|dpi|px|ピクセル|github"
    r"|スプレッドシート|google"
    r"|\bformat\b|\bspec(?:ification)?s?\b|\bfiles?\b|\breport\b|\bslides?\b|\bmanuscript\b|\bspreadsheet\b"
)
RIGHTS = re.compile(
    r"著作権|知的財産|知財|特許|商標|意匠|権利|使用許諾|利用許諾|ライセンス|成果物(?:は|が)?(?:生じ"
    r"|発生し|あり)ま?せん"
    r"|\bcopyrights?\b|\bintellectual property\b|\bip rights?\b|\blicen[cs]e[ds]?\b|\brights?\b"
    r"|\bno deliverables?\b"
)
MOVES = re.compile(
    r"譲渡|移転|帰属|買い取|買取|\btransfer(?:s|red)?\b|\bassign(?:s|ed|ment)?\b|\bbelongs?\b|\bvests?\b"
    r"|\bown(?:s|ed)\b"
)
# "No rights are transferred" and "it belongs to the alumnus" move nothing: what is left of a sentence without them tells.
STAYS = re.compile(
    r"(?:譲渡|移転|帰属|買い?取り?)(?:など|等)?(?:は|を|が|も|の対象(?:と|で)?は?)?(?:一切|いっさい|何ら)?"
    r"(?:する(?:もの|こと|わけ)?(?:で|は|あり)*|を?伴[いわ]|生じ|発生し|行[いわ]|いたし|致し|させ|され|せ|さ|し|でき|あり|含[みま]れ?)?"
    r"(?:ません|ない|ず|なし|無し|外)"
    r"|(?:譲渡|移転)(?:する|される)(?:権利|もの)(?:は|が)(?:ありません|ない|なし)"
    r"|(?:受託者|アルムナイ|受注者|作成者|制作者|著作者|執筆者|翻訳者|貴殿|ご?本人|乙)(?:側|様)?に(?:のみ)?(?:留保|帰属|残)"
    r"|\b(?:no|none of the|neither) (?:\w+ ){0,3}?(?:rights?|copyrights?|intellectual property|ip)\b"
    r"(?:(?!remain|stay|keep|kept|retain|reserv)[^.;]){0,60}?\b(?:transferred|assigned|pass(?:es)?|vests?|belongs?)\b"
    r"|\bno (?:\w+ )?(?:transfer|assignment)\b|\bnothing is (?:transferred|assigned)\b|\bwithout (?:\w+ )?(?:transfer|assignment)\b"
    r"|(?:\bnot|\bnever|n't|\bcannot)(?: \w+){0,3}? (?:transfer|transfers|transferred|assign|assigns|assigned|assignment|vests?|belongs?|owns?|owned)\b"
    r"|\b(?:belongs?|vests?) (?:to|in|with) (?:the )?(?:alumn|contractor|author|freelancer|creator|designer|writer|translator|you\b)"
    r"|\bowned by (?:the )?(?:alumn|contractor|author|freelancer|creator|designer|writer|translator|you\b)"
    r"|\b(?:alumn\w+|contractor|author|freelancer|creator|designer|writer|translator|you) (?:still )?owns?\b"
)
RIGHTS_FEE = re.compile(
    r"(?:対価|代価|料金|使用料|許諾料|譲渡料|報酬)[^。]{0,20}(?:含|別途?\s*[\d¥,]|無償|[\d¥])|(?:含む"
    r"|含みます|含まれ)"
    r"|includ(?:es?|ed|ing)|part of the fee|no (?:extra|separate|additional) (?:fee|charge)"
    r"|for (?:an? )?(?:extra|additional|separate) "
)


def what_findings(draft: TermsDraft) -> list[Finding]:
    """Say which of content, quantity, specification and rights are missing; or that all are there."""
    if not draft.what.strip():
        return [
            Finding(
                "what.missing",
                "what",
                Level.BLOCK,
                Message(N_("No content")),
                Message(
                    N_(
                        "Write what is to be done, how much of it, in which form, and what becomes of "
                        "the rights."
                    )
                ),
                source=ARTICLE_3_CONTENT,
            )
        ]
    text = wording.plain(f"{draft.what}\n{draft.specification}\n{draft.rights}")
    found = [*_parts(draft, text), *_rights_fee(text)]
    complete = Message(N_("Quantity, specification and rights are all there."))
    return found or [Finding("what.ok", "what", Level.OK, Message(N_("Content")), complete)]


def _parts(draft: TermsDraft, text: str) -> list[Finding]:
    asked = (
        (
            "what.quantity",
            bool(draft.quantity.strip() or QUANTITY.search(text)),
            N_("No quantity"),
            N_("Say how many or how much, for instance “one page” or “3 hours”."),
        ),
        (
            "what.specification",
            bool(draft.specification.strip() or SPECIFICATION.search(text)),
            N_("No specification"),
            N_("Say in which form the work is handed in, for instance “as a Figma file”."),
        ),
        (
            "what.rights",
            bool(draft.rights.strip() or RIGHTS.search(text)),
            N_("Nothing about rights"),
            N_("Say who holds the copyright and other rights, or that no work product arises."),
        ),
    )
    return [_warn(rule, title, says) for rule, there, title, says in asked if not there]


def _rights_fee(text: str) -> list[Finding]:
    moving = [
        sentence
        for sentence in wording.sentences(text)
        if RIGHTS.search(sentence) and MOVES.search(STAYS.sub(" ", sentence))
    ]
    if not moving or RIGHTS_FEE.search(text):
        return []
    return [
        _warn(
            "what.rights_fee",
            N_("The fee for the rights is not stated"),
            N_(
                "Rights pass to the company. Say whether the fee includes them, or how much is paid for them."
            ),
        )
    ]


def _warn(rule: str, title: str, text: str) -> Finding:
    return Finding(
        rule, "what", Level.WARN, Message(title), Message(text), note=RECORDED, source=ARTICLE_3_CONTENT
    )
