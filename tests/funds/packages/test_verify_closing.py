"""The script of docs/ holds for a real package, and names whatever was changed in one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.funds.packages.conftest import Packages
from tests.funds.packages.zips import SCRIPT, changed, contents, listed_anew, pack, script

KINDS = [
    "README.txt",
    "books/trial_balance.csv",
    "books/ledger.csv",
    "statements/statements.csv",
    "statements/lines.csv",
    "statements/PS-000001-ja.pdf",
    "invoices/invoices.csv",
    "invoices/INV-000001-en.pdf",
    "invoices/credit_notes.csv",
    "platform_invoices/platform_invoices.csv",
    "platform_invoices/PF-000001-ja.pdf",
    "withholding/register.csv",
    "reconciliation/summary.json",
    "reconciliation/legs.csv",
    "reconciliation/breaks.csv",
    "audit/chain.csv",
    "certificates.pem",
]


def told(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, str]:
    """Run the script; return its exit code and its last line."""
    code = script().main([str(path) for path in paths])
    return code, capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("whose", ["ours", "theirs", "operators"])
def test_a_package_holds_without_anything_but_python(packages: Packages, whose: str):
    path = getattr(packages, whose)

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert [line[:2] for line in done.stdout.splitlines()] == ["OK"] * 7
    assert "署名 / signed by" in done.stdout


def test_every_kind_of_file_is_tampered_with_below(packages: Packages):
    kinds = {name for name in contents(packages.ours) if not name.endswith(".pdf")}

    assert kinds == {name for name in KINDS if not name.endswith(".pdf")} | {"manifest.json", "manifest.sig"}


@pytest.mark.parametrize("name", KINDS)
def test_a_flipped_byte_is_named_by_its_file(packages: Packages, tmp_path: Path, capsys, name: str):
    files = contents(packages.ours)
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1

    code, line = told(capsys, pack(tmp_path / "a.zip", {**files, name: bytes(content)}))

    assert code == 1
    assert line.startswith(f"NG {name}: ")


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_gone_is_named(packages: Packages, tmp_path: Path, capsys, name: str):
    files = {known: content for known, content in contents(packages.ours).items() if known != name}

    code, line = told(capsys, pack(tmp_path / "a.zip", files))

    assert (code, line) == (1, f"NG {name}: ありません / is missing")


def test_a_file_that_was_added_is_named(packages: Packages, tmp_path: Path, capsys):
    files = {**contents(packages.ours), "statements/PS-000002-ja.pdf": b"%PDF-1.7"}

    code, line = told(capsys, pack(tmp_path / "a.zip", files))

    assert (code, line) == (1, "NG statements/PS-000002-ja.pdf: 一覧にない / is not listed")


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_a_changed_or_missing_manifest_or_signature_is_found(
    packages: Packages, tmp_path: Path, capsys, name: str
):
    files = contents(packages.ours)
    content = bytearray(files[name])
    content[-4] ^= 1

    flipped, _ = told(capsys, pack(tmp_path / "a.zip", {**files, name: bytes(content)}))
    files.pop(name)
    gone, line = told(capsys, pack(tmp_path / "b.zip", files))

    assert (flipped, gone) == (1, 1)
    assert name in line


def test_a_byte_flipped_anywhere_in_the_stored_files_is_found(packages: Packages, tmp_path: Path, capsys):
    whole = packages.ours.read_bytes()
    for place in range(200, len(whole) - 3000, 9973):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        (tmp_path / "a.zip").write_bytes(damaged)

        code, _ = told(capsys, tmp_path / "a.zip")

        assert code == 1, place


FORGERIES = [
    ("books/trial_balance.csv", ":balance,liability,0,63250,505105,-441855", ":balance,liability,0,63250,505105,-441854"),
    ("books/trial_balance.csv", "others:payable,liability,0,0,49895", "others:payable,liability,1,0,49895"),
    ("books/trial_balance.csv", "others:payable,liability,0,0,49895,", "others:payable,liability,0,1,49896,"),
    ("books/ledger.csv", ":balance,-500000,-500000", ":balance,-500001,-500000"),
    ("books/ledger.csv", "others:payable,-49895,-49895", "others:payable,-49894,-49894"),
    ("books/ledger.csv", "others:payable,-49895,-49895", "others:payable,-49895,-49894"),
    ("statements/statements.csv", ",49895,5000,", ",49896,5000,"),
    ("statements/statements.csv", "PS-000001-en.pdf", "PS-000009-en.pdf"),
    ("statements/lines.csv", ",1000,50000,5000,5105,0,49895,5105", ",1000,50000,5000,5104,0,49896,5105"),
    ("statements/lines.csv", "49895,5105", "49895,5104"),
    ("invoices/invoices.csv", "300000,30000,100000,430000", "300000,30000,100001,430001"),
    ("platform_invoices/platform_invoices.csv", ",7500,750,750,", ",7501,750,750,"),
    ("platform_invoices/platform_invoices.csv", ",7500,750,750,", ",7500,750,751,"),
    ("withholding/register.csv", ",50000,5000,5105,0,5105,49895", ",50000,5000,5105,0,5105,49896"),
    ("withholding/register.csv", ",50000,5000,5105,0,5105,49895", ",50000,5000,5104,0,5104,49896"),
    ("audit/chain.csv", "大野 恵", "小野 恵"),
    ("audit/chain.csv", "\n4,", "\n5,"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), FORGERIES)
def test_a_changed_number_with_its_hash_mended_is_found_by_the_arithmetic(
    packages: Packages, tmp_path: Path, capsys, name: str, old: str, new: str
):
    forged = listed_anew(changed(contents(packages.ours), name, old, new))

    code, line = told(capsys, pack(tmp_path / "a.zip", forged))

    assert code == 1
    assert "manifest.sig" not in line
    assert name.partition("/")[0] in line or "PDF" in line


def test_links_of_the_audit_chain_cannot_be_left_out_at_either_end(
    packages: Packages, tmp_path: Path, capsys
):
    files = contents(packages.ours)
    lines = files["audit/chain.csv"].splitlines(keepends=True)

    for cut in (lines[:-1], [lines[0], *lines[2:]]):
        forged = listed_anew({**files, "audit/chain.csv": b"".join(cut)})
        code, line = told(capsys, pack(tmp_path / "a.zip", forged))

        assert code == 1
        assert line.startswith("NG audit/chain.csv")


def test_what_no_sum_can_know_is_found_by_the_signature(packages: Packages, tmp_path: Path, capsys):
    forged = listed_anew({**contents(packages.ours), "statements/PS-000001-ja.pdf": b"%PDF-1.7 another"})

    code, line = told(capsys, pack(tmp_path / "a.zip", forged))

    assert (code, line) == (1, "NG manifest.sig: 署名 / signature")


def test_a_file_that_is_no_package_is_said_to_be_none(tmp_path: Path, capsys):
    (tmp_path / "a.zip").write_bytes(b"PK nothing")

    code, line = told(capsys, tmp_path / "a.zip")

    assert code == 1
    assert line.startswith("NG ")


def test_the_manifest_states_the_heads_and_what_is_open(packages: Packages):
    manifest = json.loads(contents(packages.ours)["manifest.json"])

    assert manifest["of"] == f"company:{packages.one.company}"
    assert manifest["month"] == f"{packages.month:%Y-%m}"
    assert manifest["open"] == {"unstated": 0, "uninvoiced_fee": 0, "uninvoiced_tax": 0}
    assert len(manifest["audit"]["head"]) == 64
    assert manifest["ledger"]["postings"] == 5
