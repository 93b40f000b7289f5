"""Writes to the lifelong record of a startup."""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person
from accelerator.accounts.operations.links import end_link
from accelerator.accounts.queries import person_by_email
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, session
from accelerator.core.text import mail_address
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup

SLUG_LENGTH = 60
PROFILE = {
    "name": 120,
    "native_name": 120,
    "one_line": 140,
    "one_line_ja": 140,
    "country": 2,
    "prefecture": 6,
    "city": 80,
    "website": 300,
    "founded": None,
}


def slug_of(name: str) -> str:
    """An address part for a name: ASCII letters and digits; names without any give ``startup``."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:SLUG_LENGTH].strip("-") or "startup"


def register_startup(*, name: str, actor: Person, synthetic: bool = False) -> Startup:
    """Store a new startup with ``actor`` as its first founder, who leads."""
    startup = _stored(name, synthetic)
    add(
        Founder(
            startup_id=startup.id,
            person_id=actor.id,
            name=actor.name[:120],
            email=actor.email,
            is_lead=True,
            confirmed_at=startup.created_at,
        )
    )
    audit(actor, "startup.registered", startup, name=[None, name])
    return startup


def _stored(name: str, synthetic: bool) -> Startup:
    start = slug_of(name)
    taken = queries.slugs_like(start)
    slug = (
        start
        if start not in taken
        else next(f"{start}-{n}" for n in range(2, len(taken) + 3) if f"{start}-{n}" not in taken)
    )
    for candidate in (slug, f"{start}-{secrets.token_hex(4)}"):
        try:
            with session().begin_nested():
                return add(Startup(slug=candidate, name=name, synthetic=synthetic, created_at=clock.now()))
        except IntegrityError:
            # Somebody took the slug between our look and our write; the second try is random.
            continue
    raise RuntimeError("two random slugs in a row were taken")


def record_profile(startup: Startup, values: Mapping[str, Any], *, actor: Person) -> None:
    """Take over what a sent application says about the firm; names that are no columns of it are left out."""
    profile = {name: values[name] for name in PROFILE if name in values}
    for name, longest in PROFILE.items():
        if longest and isinstance(profile.get(name), str):
            profile[name] = profile[name][:longest]
    changed = changes_of(startup, profile)
    if changed:
        audit(actor, "startup.profile_recorded", startup, **changed)


def record_founders(startup: Startup, rows: Sequence[Mapping[str, Any]], *, actor: Person) -> None:
    """Take over the founders of a sent application.

    A row is matched by person, whichever of their addresses it names, else by the address. Whoever is not named any more
    goes, and their invitation ends; whoever has answered it, or was invited by hand, stays.
    """
    present = queries.founders(startup)
    named: list[Founder] = []
    for position, row in enumerate(rows, 1):
        email = mail_address(str(row.get("email") or "")) or None
        known = next((founder for founder in present if email and _is(founder, email)), None)
        if known in named:
            continue  # two addresses of one person
        founder = known or add(Founder(startup_id=startup.id, name=str(row.get("name", ""))[:120]))
        _describe(founder, row, email, position)
        named.append(founder)
    for founder in present:
        if founder not in named and _is_only_named(founder):
            link = queries.link_of(founder)
            if link is not None:
                end_link(link)
            session().delete(founder)
    audit(actor, "startup.founders_recorded", startup, founders=[len(present), len(named)])


def _is(founder: Founder, email: str) -> bool:
    known = person_by_email(email)
    return founder.email == email or (known is not None and founder.person_id == known.id)


def _describe(founder: Founder, row: Mapping[str, Any], email: str | None, position: int) -> None:
    founder.name, founder.title, founder.email = str(row.get("name", ""))[:120], str(row.get("role", ""))[:80], email
    founder.equity_percent, founder.full_time = _whole(row.get("equity")), bool(row.get("full_time"))
    founder.position = position


def _is_only_named(founder: Founder) -> bool:
    answered = (founder.confirmed_at, founder.declined_at, founder.left_at)
    return founder.person_id is None and not founder.added_by_hand and all(instant is None for instant in answered)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100 else None
