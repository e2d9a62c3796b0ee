"""Print what `enishi verify` found; the exit code is 1 when any rule is broken."""

from marketplace import verify


async def report() -> int:
    """Check every invariant of this database and print a line for each."""
    verdicts = await verify.check()
    for verdict in verdicts:
        print(f"{'ok    ' if not verdict.broken else 'BROKEN'}  {verdict.rule}")
        for row in verdict.broken:
            print(f"          {row}")
    return int(any(verdict.broken for verdict in verdicts))
