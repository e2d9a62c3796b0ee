"""What a package says of itself: whose it is, and a page for people about what is in it and how to check it."""

from typing import Any

from marketplace.core import db
from marketplace.core.errors import NotFound
from marketplace.core.settings import settings
from marketplace.funds.package_parts.scope import Scope

KIND = "closing package"

GUIDE = """\
{title_ja}
{title_en}

{month}  ·  第{version}版 / version {version}  ·  {made_at}

books/trial_balance.csv            残高試算表(期首・借方・貸方・期末、合計は 0)
                                   opening, debit, credit, closing of each account; they sum to 0
books/ledger.csv                   当月のすべての仕訳と記帳後残高 / every posting of the month, with the balance after it
statements/                        支払明細(一覧・明細行・PDF) / payment statements: table, lines, papers
invoices/                          請求書と返還請求書 / invoices of success fees and their credit notes
platform_invoices/                 利用料の適格請求書 / the operator's invoices for platform fees
withholding/register.csv           源泉徴収の記録(到着日ごと) / income tax withheld, by the day of arrival
reconciliation/                    照合の結果と差異 / reconciliation: legs, sums, breaks
audit/chain.csv                    操作の記録のハッシュチェーン / the month's links of the audit chain
certificates.pem                   署名の証明書 / the certificates of the signature
manifest.json                      ファイルの一覧と SHA-256 / every file with its size and SHA-256
manifest.sig                       manifest.json への署名 (ECDSA P-256, SHA-256, DER) / the operator's signature over it

正の金額は借方、負の金額は貸方です。日時は日本時間です。
Positive amounts are debits, negative ones credits. Times are Japanese.
{own_ja}
{own_en}
監査記録のうち、金銭に関わるものは内容とともに、それ以外はハッシュのみを収めています。
Of the audit log, events about money are here in full, of all others the hash alone.

確かめ方 / How to verify, offline:

1. python verify_closing.py {file}
   (Python 3.11 以降のみで動きます。前月のパッケージを続けて書くと、つながりも確かめます。
   Needs Python 3.11 or newer and nothing else. Name last month's package behind it, and it checks that they join.)
2. openssl x509 -in certificates.pem -pubkey -noout > key.pem
   openssl dgst -sha256 -verify key.pem -signature manifest.sig manifest.json
3. 証明書の指紋を、運営が公開しているものと比べてください。
   Compare the certificate's fingerprint with the one that the operator publishes.
"""
OWN = (
    "自社の勘定のほかは、仕訳の相手方を「others:」として、名前を出さずに合計しています。",
    "The other sides of your postings are summed up as “others:”, without names.",
)
OPERATORS = (
    "支払明細は一覧のみです。PDF は発行した各社のパッケージにあります。",
    "Statements are here as a table; their papers are in the package of the company that issued each.",
)


async def names(scope: Scope) -> dict[str, Any]:
    """Return whose package it is, for the manifest. Raises NotFound."""
    told = {"kind": KIND, "of": scope.chain, "month": f"{scope.month:%Y-%m}"}
    if scope.company is None:
        return {**told, "name": settings().operator_name, "slug": "ledger"}
    row = await db.fetchrow("select name, slug from company where id = $1", scope.company)
    if row is None:
        raise NotFound
    return {**told, "name": row["name"], "slug": row["slug"]}


def text(scope: Scope, told: dict[str, Any]) -> str:
    """Return the page for people, in Japanese and English."""
    own_ja, own_en = OWN if scope.company else OPERATORS
    of_ja, of_en = (
        ("月次締め", "The closed month of")
        if scope.company
        else ("総勘定元帳の月次締め", "The closed month of the ledger of")
    )
    return GUIDE.format(
        title_ja=f"{told['name']} {of_ja}パッケージ", title_en=f"{of_en} {told['name']}", own_ja=own_ja, own_en=own_en,
        file=f"closing-{told['slug']}-{told['month']}-v{told['version']}.zip",
        month=told["month"], version=told["version"], made_at=told["made_at"],
    )  # fmt: skip
