"""Migrations written as SQL files, run by Piccolo: all of them in one transaction, one runner at a time."""

import contextlib
import io
import logging
from pathlib import Path
from typing import Any

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from marketplace.core import codecs, db

log = logging.getLogger(__name__)
_LOCK = 0x454E4953  # "ENIS"


def sql_migration(migration_id: str, app_name: str, description: str, *files: Path) -> MigrationManager:
    """Return a Piccolo migration that runs SQL files in the migration's own transaction."""
    manager = MigrationManager(migration_id=migration_id, app_name=app_name, description=description)

    async def run() -> None:
        for file in files:
            await db.current().connection.execute(file.read_text(encoding="utf-8"))

    manager.add_raw(run)
    return manager


async def migrate(url: str) -> None:
    """Bring the database at `url` (the owner's) to the newest version; atomic, and safe to run twice at once."""
    config = db.config_from_url(url)
    await _ensure_database(config)
    await db.DB.open(url, size=1)
    said = io.StringIO()
    try:
        async with db.transaction(operator=True):
            await db.execute(f"select pg_advisory_xact_lock({_LOCK})")
            with contextlib.redirect_stdout(said):
                await run_forwards("all")
    finally:
        await db.DB.close()
        log.info("%s", said.getvalue().strip())


async def _ensure_database(config: dict[str, Any]) -> None:
    try:
        connection = await asyncpg.connect(**config)
    except asyncpg.InvalidCatalogNameError:
        admin = await asyncpg.connect(**{**config, "database": "postgres"})
        with contextlib.suppress(asyncpg.DuplicateDatabaseError):
            await admin.execute(f'create database "{config["database"]}"')
        await admin.close()
        connection = await asyncpg.connect(**config)
    await codecs.register(connection)
    await connection.close()
