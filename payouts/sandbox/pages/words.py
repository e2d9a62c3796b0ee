"""The words of the hosted pages, Japanese and English side by side. They are the sandbox's own pages."""

# ruff: noqa: ISC004 — pairs of sentences, some longer than a line

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "banner": (
        "サンドボックス：テスト用のお金です。実在の口座やカードは使われません。",
        "Sandbox money: nothing here touches a real account or card.",
    ),
    "onboarding_title": ("お支払いの受け取り設定", "Set up how you are paid"),
    "onboarding_lead": (
        "報酬を受け取るために、ご本人の情報と振込先の口座を入力してください。空欄のまま送信することもできますが、"
        "すべて揃うまで報酬を受け取れません。",
        "Tell us who you are and which bank account should receive your money. You may leave fields empty, "
        "but you cannot be paid until everything is there.",
    ),
    "person": ("ご本人の情報", "About you"),
    "surname": ("姓", "Family name"),
    "given_name": ("名", "Given name"),
    "birth": ("生年月日", "Date of birth"),
    "postal_code": ("郵便番号（ハイフンなし7桁）", "Postal code (7 digits)"),
    "state": ("都道府県", "Prefecture"),
    "line1": ("市区町村・番地", "City and street"),
    "bank": ("振込先の口座", "Bank account"),
    "bank_now": ("現在の口座：{bank} 末尾{last4}", "Current account: {bank}, ending in {last4}"),
    "bank_broken": (
        "この口座への振込に失敗しました。別の口座を登録してください。",
        "A payment to this account failed. Please register another one.",
    ),
    "bank_hint": (
        "テスト用の口座番号：1111113 は解約済み、1111116 は口座なしとして振込が戻ります。ほかの番号には届きます。",
        "Test numbers: 1111113 comes back as closed, 1111116 as no account; every other number works.",
    ),
    "bank_name": ("銀行名", "Bank name"),
    "bank_code": ("銀行コード（4桁）", "Bank code (4 digits)"),
    "branch_code": ("支店コード（3桁）", "Branch code (3 digits)"),
    "type": ("預金種別", "Account type"),
    "futsu": ("普通", "Ordinary (futsu)"),
    "toza": ("当座", "Current (toza)"),
    "number": ("口座番号（7桁）", "Account number (7 digits)"),
    "holder": ("口座名義（カナ）", "Account holder (katakana)"),
    "terms": ("利用規約（テスト用）に同意します", "I accept the (test) terms of service"),
    "send": ("送信する", "Submit"),
    "problems": ("入力内容をご確認ください", "Please check your entries"),
    "digits": ("{count}桁の数字で入力してください。", "Enter {count} digits."),
    "date": ("正しい日付を入力してください。", "Enter a valid date."),
    "needed": ("入力してください。", "Please fill this in."),
    "gone_title": ("リンクの有効期限が切れています", "This link is no longer valid"),
    "gone": (
        "元のサイトに戻り、もう一度リンクを開いてください。",
        "Please go back to the site you came from and open the link again.",
    ),
    "done_title": ("ありがとうございました", "Thank you"),
    "done": (
        "設定を受け付けました。この画面を閉じてください。",
        "Your details were received. You can close this page.",
    ),
    "express_title": ("受取口座の管理", "Your payments"),
    "available": ("出金できる残高", "Available"),
    "pending": ("まもなく使える残高", "On the way"),
    "history": ("振込の履歴", "Payouts"),
    "no_history": ("振込はまだありません。", "There are no payouts yet."),
    "change_bank": ("口座を変更する", "Change the bank account"),
    "changed": ("口座を変更しました。", "The bank account was changed."),
    "status_pending": ("手続き中", "Pending"),
    "status_in_transit": ("送金中", "In transit"),
    "status_paid": ("入金済み", "Paid"),
    "status_failed": ("失敗", "Failed"),
    "status_canceled": ("取消", "Canceled"),
    "checkout_title": ("カードでのお支払い", "Pay by card"),
    "total": ("お支払い金額", "Total"),
    "email": ("メールアドレス", "E-mail address"),
    "card": ("カード番号", "Card number"),
    "expiry": ("有効期限（月/年）", "Expiry (MM/YY)"),
    "cvc": ("セキュリティコード", "Security code"),
    "card_hint": (
        "テスト用カード：4242 4242 4242 4242 は成功、4000 0000 0000 0002 は拒否、4000 0000 0000 0259 はのちに"
        "異議申立てとなります。",
        "Test cards: 4242 4242 4242 4242 succeeds, 4000 0000 0000 0002 is declined, 4000 0000 0000 0259 is "
        "disputed later.",
    ),
    "pay": ("{amount} を支払う", "Pay {amount}"),
    "cancel": ("キャンセルして戻る", "Cancel and go back"),
    "card_invalid": ("カード番号が正しくありません。", "Your card number is invalid."),
    "expiry_invalid": ("有効期限を MM/YY の形で入力してください。", "Enter the expiry as MM/YY."),
    "cvc_invalid": ("3桁または4桁の数字を入力してください。", "Enter 3 or 4 digits."),
    "generic_decline": (
        "カードが拒否されました。別のカードをお試しください。",
        "Your card was declined. Try another one.",
    ),
    "insufficient_funds": ("カードの残高が不足しています。", "Your card has insufficient funds."),
    "invoice_title": ("請求書 {number}", "Invoice {number}"),
    "invoice_due": ("お支払い期限：{day}", "Due: {day}"),
    "invoice_paid": ("お支払い済みです。ありがとうございました。", "This invoice is paid. Thank you."),
    "invoice_void": ("この請求書は取り消されました。", "This invoice was voided."),
    "invoice_by_bank": ("銀行振込でのお支払い", "Pay by bank transfer"),
    "invoice_bank": (
        "{bank}（{bank_code}）{branch}（{branch_code}）普通 {number} {holder}",
        "{bank} ({bank_code}), {branch} ({branch_code}), futsu {number}, {holder}",
    ),
    "closed_title": ("このお支払いページは終了しました", "This payment page is closed"),
}
LOCALES = ("ja", "en")


def word(locale: str, name: str, **holes: object) -> str:
    """Return a word or sentence in ja or en with its holes filled."""
    return _WORDS[name][LOCALES.index(locale)].format(**holes)
