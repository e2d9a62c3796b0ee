"""Print what `enishi verify` and `enishi evidence` found; the exit code is 1 when anything is broken."""

import sys
from pathlib import Path

from cryptography import x509

from marketplace import verify
from marketplace.contracts.evidence import verify_evidence


async def report() -> int:
    """Check every invariant of this database and print a line for each."""
    verdicts = await verify.check()
    for verdict in verdicts:
        print(f"{'ok    ' if not verdict.broken else 'BROKEN'}  {verdict.rule}")
        for row in verdict.broken:
            print(f"          {row}")
    return int(any(verdict.broken for verdict in verdicts))


def evidence(file: Path, root: Path | None) -> int:
    """Check the evidence of one contract without a database or a network; `root` is whom the seal has to come from."""
    try:
        data = file.read_bytes()
        trusted = x509.load_pem_x509_certificates(root.read_bytes()) if root else []
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 1
    found = verify_evidence(data, trusted)
    for problem in found.problems:
        print(f"BROKEN  {problem}")
    if found.terms is not None:
        print(f"contract {found.terms.contract}, concluded {found.terms.concluded_at.isoformat()}")
    if found.seal is not None:
        print(f"seal: {found.seal.message}")
    trusted_seal = not trusted or bool(found.seal and found.seal.trusted)
    if not trusted_seal:
        print("BROKEN  the seal does not come from the given certificate")
    holds = found.holds and trusted_seal
    print("holds" if holds else "does not hold")
    return int(not holds)
