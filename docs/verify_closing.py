"""Verify a closing package offline, with Python 3.11 alone: python verify_closing.py closing-….zip [last month's package]"""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from functools import partial
from pathlib import Path

TRIAL, LEDGER, LINES, CHAIN = "books/trial_balance.csv", "books/ledger.csv", "statements/lines.csv", "audit/chain.csv"
STATEMENTS, REGISTER, FEES = "statements/statements.csv", "withholding/register.csv", "platform_invoices/platform_invoices.csv"
BILLED, SIGNED = ("invoices/invoices.csv", "invoices/credit_notes.csv"), ("manifest.json", "manifest.sig", "certificates.pem")


def main(paths):
    try:
        package, *previous = (Package(path) for path in paths)
        for look in (files, books, statements, invoices, chain, signature):
            print("OK", look(package))
        if previous:
            print("OK", files(previous[0]), "|", joined(package, previous[0]))
    except Exception as error:  # whatever a damaged file raises: it does not hold
        print("NG", error or type(error).__name__)
        return 1
    print("OK すべて一致しました / everything holds:", package.manifest["name"], package.manifest["month"])
    return 0


class Package:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.manifest, self.booked, self.moved = json.loads(self.zip.read("manifest.json")), Counter(), Counter()

    def rows(self, name):
        for row in csv.DictReader(io.StringIO(self.zip.read(name).decode("utf-8-sig"), newline="")):
            yield {key: int(value) if len(value) < 19 and value.removeprefix("-").isdecimal() else value for key, value in row.items()}


def check(holds, where, said="一致しません / does not hold"):
    if not holds:
        raise ValueError(f"{where}: {said}")


def files(package):
    listed, apart = package.manifest["files"], Counter(package.zip.namelist())
    apart.subtract([*listed, *SIGNED[:2]])
    for name, count in apart.items():
        check(count == 0, name, "ありません / is missing" if count < 0 else "一覧にない / is not listed")
    for name, told in listed.items():
        with package.zip.open(name) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        check([digest, package.zip.getinfo(name).file_size] == [told["sha256"], told["bytes"]], name, "変更されています / was changed")
    papers = Counter(name for name in listed if name.endswith(".pdf"))
    papers.subtract(name for table in (STATEMENTS, *BILLED, FEES) for row in package.rows(table) for name in row["papers"].split())
    check(not any(papers.values()), "PDF", f"表と不一致 / differ from the tables {[name for name in papers if papers[name]][:3]}")
    return f"ファイル {len(listed)} 件(PDF {len(papers)})は一覧のとおり / {len(listed)} files are as listed"


def books(package):
    told, postings = {row["account"]: row for row in package.rows(TRIAL)}, Counter()
    for side in ("opening", "closing"):
        check(sum(row[side] for row in told.values()) == 0, TRIAL, f"{side} の合計が 0 でない / does not sum to zero")
    found = {name: Counter(closing=row["opening"]) for name, row in told.items()}
    for row in package.rows(LEDGER):
        amount, account = row["amount"], found[row["account"]]
        account.update({"closing": amount, "debit" if amount > 0 else "credit": abs(amount)})
        check(row["happened_at"][:7] == package.manifest["month"] and account["closing"] == row["balance_after"], f"{LEDGER} {row['key']}")
        postings[row["posting"]] += amount
        package.moved[row["kind"], row["account"].split(":")[-1]] -= amount
        package.booked[row["key"]] += amount if row["account"].startswith("company:") else 0
    check(not any(postings.values()), LEDGER, "貸借が不一致 / a posting does not balance")
    for name, row in told.items():
        check(all(found[name][side] == row[side] for side in ("debit", "credit", "closing")), f"{TRIAL} {name}")
    return f"残高試算表は 0、期首 + 仕訳 {len(postings)} 件 = 期末 / the books sum to 0; opening + {len(postings)} postings = closing"


def statements(package):
    names, sums, stated = ("base", "tax", "withheld", "netted", "net"), Counter(), package.manifest["open"]["unstated"]
    for row in package.rows(LINES):
        sums.update({(row["company"], row["number"], name): row[name] for name in names})
        check(row["base"] + row["tax"] - row["withheld"] - row["netted"] == row["net"], f"{LINES} {row['number']}")
        stated += row["base"] + row["tax"] - row["agreed_withheld"] if row["kind"] in ("fee", "compensation") else 0
    for row in package.rows(STATEMENTS):
        row["base"] = row["work"] + row["bounties"]
        check(all(sums.pop((row["company"], row["number"], name), 0) == row[name] for name in names), f"{STATEMENTS} {row['number']}")
    check(not sums, LINES, f"明細書のない行 / lines without a statement {list(sums)[:1]}")
    booked = package.moved["approve", "payable"] + package.moved["cancel", "payable"]
    check(stated == booked, LINES, f"{stated} ≠ 元帳 / ledger {booked}")
    withheld = package.manifest["withholding"].get("withheld", 0)
    for row in package.rows(REGISTER) if REGISTER in package.manifest["files"] else ():
        check(row["base"] + row["tax"] - row["agreed"] - row["adjusted"] == row["net"], f"{REGISTER} {row['reference']}")
        withheld -= row["agreed"] + row["adjusted"]
    check(withheld == 0, REGISTER, "合計 / sum")
    return f"支払明細は元帳と、源泉徴収は合計と一致 / statements ({booked} JPY) and withholding agree"


def invoices(package):
    for row in (row for table in BILLED for row in package.rows(table)):
        total, booked = row["fee"] + row["tax"] + row["bounty"], abs(package.booked[row["posting"]])
        check(booked == total == row.get("total", total), f"invoices/ {row['number']}", f"{total} ≠ 元帳 / ledger {booked}")
    for name, account in (("fee", "platform_fee"), ("tax", "output")):
        told = sum((row[name] for row in package.rows(FEES)), package.manifest["open"][f"uninvoiced_{name}"])
        told -= package.moved["approve", account] + package.moved["platform_invoice", account]
        check(told == 0, FEES, f"{name} ≠ 元帳 / differs from the ledger by {told}")
    return "請求書と利用料は元帳と一致 / the invoices and fees agree with the ledger"


def chain(package):
    told = package.manifest["audit"]
    number, head = told["after"], told["previous"]
    for row in package.rows(CHAIN):
        digest = hashlib.sha256(f'["{head}",{row["event"][1:]}'.encode()).hexdigest() if row["event"] else row["hash"]
        same = [row["number"], row["previous"], row["hash"]] == [number + 1, head, digest]
        check(same, f"{CHAIN} #{number + 1}", "記録かつながり / event or link")
        number, head = number + 1, digest
    check([number, head] == [told["to"], told["head"]], CHAIN, "末尾 / head")
    return f"監査チェーン #{told['after'] + 1}-{number} / audit chain, head {head}"


def signature(package):
    if not shutil.which("openssl"):
        return "(openssl がなく、署名は未確認 / signature not checked, for there is no openssl: see README.txt)"
    with tempfile.TemporaryDirectory() as folder:
        openssl = partial(subprocess.run, cwd=folder, capture_output=True, check=False)
        package.zip.extractall(folder, SIGNED)
        Path(folder, "key.pem").write_bytes(openssl("openssl x509 -in certificates.pem -pubkey -noout".split()).stdout)
        verify = "openssl dgst -sha256 -verify key.pem -signature manifest.sig manifest.json"
        check(openssl(verify.split()).returncode == 0, "manifest.sig", "署名 / signature")
        told = openssl("openssl x509 -in certificates.pem -noout -fingerprint -sha256".split()).stdout.decode()
    return f"署名 / signed by {told.strip()}"


def joined(package, previous):
    head, month = previous.manifest["audit"]["head"], previous.manifest["month"]
    check(package.manifest["audit"]["previous"] == head, CHAIN, f"{month} につながらない / does not join")
    closing = Counter({row["account"]: row["closing"] for row in previous.rows(TRIAL)})
    closing.subtract({row["account"]: row["opening"] for row in package.rows(TRIAL)})
    check(not any(closing.values()), TRIAL, "期首 ≠ 前月の期末 / opening is not last month's closing")
    return f"{month} とつながる / joins {month}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
