"""From 2,000 approved contracts to 2,000 arrived payouts, with two workers and the sandbox, against plain RQ.

Each contract is another person's, so that each needs a payout of its own: two money operations at the provider, its
news of the arrival, and five postings. The clock runs from the sweep that plans them until the last one is paid.
The rival does one no-op job for each money operation with the same worker class. Aim: at least half of plain RQ.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import _cpu
from _house import DATABASE, QUICK, database, free_ports, program, report

from marketplace.core import db, doorbell
from marketplace.core.engines import Postgres, start_valkey
from marketplace.core.money import yen

CONTRACTS = 40 if QUICK else int(os.environ.get("BENCH_CONTRACTS", "2000"))
WORKERS = 2
AT_ONCE = 4
LONGEST = 1800.0
MOST_AT_ONCE = 90_000_000  # yen; the provider takes no payment of more than 99,999,999
OPERATIONS = 2  # a transfer and a payout for each contract
HERE = Path(__file__).parent
SECRETS = {
    "STRIPE_WEBHOOK_SECRET": "whsec_a",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_b",
    "STRIPE_THIN_WEBHOOK_SECRET": "whsec_c",
}
HOOKS = dict(zip(("platform", "connect", "thin"), SECRETS.values(), strict=True))


def main() -> None:
    with database() as engine, tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        valkey = start_valkey(Path(folder))
        try:
            rival = _plain_rq(valkey.url(), Path(folder))
            with _house(engine, valkey.url(), Path(folder)) as parts:
                ours = asyncio.run(_pay_all(engine, parts))
        finally:
            valkey.stop()
    _report(ours, rival)


def _plain_rq(url: str, folder: Path) -> tuple[float, float]:
    """Return seconds and CPU seconds for one no-op job for each money operation."""
    from redis import Redis
    from rq import Queue
    from rq.serializers import JSONSerializer

    connection = Redis.from_url(url)
    queue = Queue("bench", connection=connection, serializer=JSONSerializer)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                program(str(HERE / "_rq_worker.py"), url, environment={}, ready=None, log=folder / "rq")
            )
            for _ in range(WORKERS)
        ]
        while connection.scard("rq:workers") < WORKERS:
            time.sleep(0.05)
        used, begun = sum(_cpu.seconds(worker.pid) for worker in workers), time.monotonic()
        queue.enqueue_many(
            [
                Queue.prepare_data("_noop.job", args=(number,), result_ttl=0)
                for number in range(CONTRACTS * OPERATIONS)
            ]
        )
        while (
            queue.count or queue.started_job_registry.get_job_count()
        ) and time.monotonic() < begun + LONGEST:
            time.sleep(0.02)
        return time.monotonic() - begun, sum(_cpu.seconds(worker.pid) for worker in workers) - used


@contextmanager
def _house(engine: Postgres, redis: str, folder: Path) -> Iterator[dict[str, int]]:
    """Run sandbox, web server and workers; yield their processes by name. Sets this process's settings, too."""
    web, sandbox = free_ports(2)
    environment = {
        "ENISHI_ENV": "test", "ENISHI_DATA": str(folder), "ENISHI_PORT": str(web), "REDIS_URL": redis,
        "WEB_DATABASE_URL": engine.dsn("enishi_web", DATABASE), "WORKER_DATABASE_URL": engine.dsn("enishi_worker", DATABASE),
        "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox}", **SECRETS,
    }  # fmt: skip
    os.environ.update(environment)
    hooks = [
        part
        for name, secret in HOOKS.items()
        for part in (f"--{name}-hook", f"http://127.0.0.1:{web}/hooks/stripe/{name}", secret)
    ]
    given = (
        "--port",
        str(sandbox),
        "--data",
        str(folder / "sandbox"),
        "--transfer-delay-seconds",
        "0",
        *hooks,
    )
    with ExitStack() as stack:

        def run(*argv: str, ready: str | None) -> int:
            return stack.enter_context(
                program("-m", *argv, environment=environment, ready=ready, log=folder / "log")
            ).pid

        yield {
            "sandbox": run("payouts.sandbox", *given, ready=f"http://127.0.0.1:{sandbox}/_sandbox/health"),
            "web": run("web.cli", "web", ready=f"http://127.0.0.1:{web}/health"),
            **{f"worker {number}": run("web.cli", "worker", ready=None) for number in range(WORKERS)},
        }


async def _pay_all(engine: Postgres, parts: Mapping[str, int]) -> dict[str, float]:
    """Make the contracts, then pay them; return seconds in all and CPU seconds by part."""
    from payouts import planning
    from payouts.sandbox.control import Control

    control = Control(os.environ["STRIPE_API_BASE"])
    await db.DB.open(os.environ["WORKER_DATABASE_URL"], size=AT_ONCE + 2)
    await _approve_all(control)
    assert engine.pid is not None
    pids = {**parts, "sweep": os.getpid()}
    used = {name: _cpu.seconds(pid) for name, pid in pids.items()} | {"postgres": _cpu.family(engine.pid)}
    begun = time.monotonic()
    await planning.pay()
    swept = time.monotonic() - begun
    while await _unpaid() and time.monotonic() < begun + LONGEST:
        await asyncio.to_thread(control.settle_payouts)
        await asyncio.sleep(0.5)
    seconds = time.monotonic() - begun
    left = await _unpaid()
    now = {name: _cpu.seconds(pid) for name, pid in pids.items()} | {"postgres": _cpu.family(engine.pid)}
    await db.DB.close()
    if left:
        raise RuntimeError(f"{left} of {CONTRACTS} contracts were not paid in {LONGEST:.0f} seconds")
    return {"seconds": seconds, "swept": swept, **{name: now[name] - used[name] for name in now}}


async def _approve_all(control: object) -> None:
    from tests.factories import payouts

    company = str(uuid4())
    amount = payouts.seat().maximum * CONTRACTS
    for begin in range(0, amount.amount, MOST_AT_ONCE):
        await payouts.fund_platform(control, str(uuid4()), min(MOST_AT_ONCE, amount.amount - begin))
    await payouts.prepay(company, yen(0) + amount)
    numbers = iter(range(CONTRACTS))

    async def some() -> None:
        for _ in numbers:
            await payouts.earn(await payouts.onboard(control), company)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    doorbell.use(os.environ["REDIS_URL"])
    while await _news():
        doorbell.ring("money")
        await asyncio.sleep(0.5)


async def _news() -> int:
    """Count what the provider told while the accounts were opened: it is no part of the measurement."""
    async with db.transaction(operator=True):
        return int(await db.fetchval("select count(*) from outbox where done_at is null and dead_at is null"))


async def _unpaid() -> int:
    async with db.transaction(operator=True):
        return CONTRACTS - int(await db.fetchval("select count(*) from payout where status = 'paid'"))


def _report(ours: dict[str, float], rival: tuple[float, float]) -> None:
    operations = CONTRACTS * OPERATIONS
    seconds, used = rival
    rate, plain = operations / ours["seconds"], operations / seconds
    workers = sum(ours[f"worker {number}"] for number in range(WORKERS))
    cpu = {
        name: round(value * 1000 / CONTRACTS, 2)
        for name, value in ours.items()
        if name not in {"seconds", "swept"}
    }
    report(
        f"payouts: {CONTRACTS:,} approved contracts until paid, {WORKERS} workers",
        [
            ("until all are paid", f"{ours['seconds']:.1f} s ({ours['swept']:.1f} s of them the sweep that starts them)"),
            ("payouts", f"{CONTRACTS / ours['seconds']:.1f} a second: {rate:.1f} money operations a second"),
            ("plain RQ", f"{plain:.1f} no-op jobs a second, {used * 1000 / operations:.2f} ms of CPU each"),
            ("CPU for each payout, ms", ", ".join(f"{name} {value}" for name, value in cpu.items())),
            ("ratio", f"{rate / plain:.2f} (aim: 0.50); by the workers' CPU {used / workers:.2f}"),
        ],
        {
            "contracts": CONTRACTS, "seconds": ours["seconds"], "payouts_per_second": CONTRACTS / ours["seconds"],
            "operations_per_second": rate, "rq_jobs_per_second": plain, "ratio": rate / plain,
            "ratio_worker_cpu": used / workers, "cpu_ms_per_payout": cpu,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
