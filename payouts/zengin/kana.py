"""Names as the banks' files have them: half-width katakana, capitals, digits and a few signs. Pure.

Source of the characters: 全国銀行協会, 「総合振込レコード・フォーマット」 (JIS X 0201 without its small kana, ヲ and ー).
"""

import unicodedata

import jaconv

LETTERS = frozenset(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ ()-./\\,｢｣"
)
_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"})
"""Voiced marks that stand alone: compatibility forms would put a space before them."""
_ALONE = str.maketrans({"\u3099": "ﾞ", "\u309a": "ﾟ"})
_LARGE = str.maketrans("ｧｨｩｪｫｬｭｮｯｦ", "ｱｲｳｴｵﾔﾕﾖﾂｵ")
_SIGNS = str.maketrans(
    dict.fromkeys("ｰー‐‑‒–—―−ｰ", "-")
    | {"¥": "\\", "・": ".", "･": ".", "、": ",", "､": ",", "。": ".", "｡": "."}
)


def bank_text(text: str) -> str:
    """Return a name as it is printed: hiragana and full width become half-width katakana, small kana become large.

    What no bank's file can hold stays as it is; `lacking` names it.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_MARKS)).upper()
    halved = jaconv.z2h(jaconv.hira2kata(folded.translate(_SIGNS)), kana=True, ascii=True, digit=True)
    return " ".join(halved.translate(_ALONE).translate(_LARGE).translate(_SIGNS).split())


def lacking(text: str) -> list[str]:
    """Return the characters of a text that a bank's file cannot hold, each once."""
    return [sign for sign in dict.fromkeys(text) if sign not in LETTERS]


def printed(text: str, most: int) -> str:
    """Return a name as it is printed into a field of so many places: what is longer is cut, as banks do."""
    return bank_text(text)[:most].rstrip()
