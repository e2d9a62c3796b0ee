"""A profile as JSON and back: the one place that knows how it is stored."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from matching.model import Availability, DayException, Held, Profile, Record, Responses, Window, Wish


def to_json(profile: Profile) -> dict[str, Any]:
    """Return everything but the two ids as plain JSON values; masks are hexadecimal, times ISO 8601."""
    return {
        "skills": {
            str(skill): [held.level, held.years, held.last_year] for skill, held in profile.skills.items()
        },
        "availability": _availability_to_json(profile.availability),
        "languages": sorted(profile.languages),
        "wish": asdict(profile.wish),
        "remote_ok": profile.remote_ok,
        "prefecture": profile.prefecture,
        "units": sorted(str(unit) for unit in profile.units),
        "sites": sorted(profile.sites),
        "record": asdict(profile.record),
        "responses": asdict(profile.responses),
        "intents": sorted(profile.intents),
        "consented": profile.consented,
        "employed": profile.employed,
        "blocked": profile.blocked,
        "busy": [[window.starts_at.isoformat(), window.ends_at.isoformat()] for window in profile.busy],
        "running": profile.running,
        "cap": profile.cap,
        "country": profile.country,
        "last_active_at": _moment_to_json(profile.last_active_at),
        "shown": profile.shown,
        "waiting": profile.waiting,
    }


def from_json(company_id: UUID, person_id: UUID, kept: dict[str, Any]) -> Profile:
    """Return the profile that `to_json` wrote. Raises KeyError for a row of another shape."""
    return Profile(
        person_id=person_id,
        company_id=company_id,
        skills={int(skill): Held(*held) for skill, held in kept["skills"].items()},
        availability=_availability_from_json(kept["availability"]),
        languages=frozenset(kept["languages"]),
        wish=Wish(**kept["wish"]),
        remote_ok=kept["remote_ok"],
        prefecture=kept["prefecture"],
        units=frozenset(UUID(unit) for unit in kept["units"]),
        sites=frozenset(kept.get("sites", ())),
        record=Record(**kept["record"]),
        responses=Responses(**kept["responses"]),
        intents=frozenset(kept["intents"]),
        consented=kept["consented"],
        employed=kept["employed"],
        blocked=kept["blocked"],
        busy=tuple(
            Window(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in kept["busy"]
        ),
        running=kept["running"],
        cap=kept["cap"],
        country=kept["country"],
        last_active_at=_moment_from_json(kept["last_active_at"]),
        shown=kept.get("shown", 0),
        waiting=kept.get("waiting", 0),
    )


def _availability_to_json(availability: Availability) -> dict[str, Any]:
    return {
        "week": f"{availability.week:x}",
        "exceptions": [
            [day.on.isoformat(), f"{day.busy:x}", f"{day.free:x}", f"{day.ask:x}"]
            for day in availability.exceptions
        ],
        "confirmed_at": _moment_to_json(availability.confirmed_at),
        "ask": f"{availability.ask:x}",
    }


def _availability_from_json(kept: dict[str, Any]) -> Availability:
    return Availability(
        week=int(kept["week"], 16),
        exceptions=tuple(
            DayException(date.fromisoformat(on), *(int(mask, 16) for mask in masks))
            for on, *masks in kept["exceptions"]
        ),
        confirmed_at=_moment_from_json(kept["confirmed_at"]),
        ask=int(kept.get("ask", "0"), 16),
    )


def _moment_to_json(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment_from_json(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
