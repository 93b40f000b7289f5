"""The founders of two records that are made one: a row for each person, and one lead."""

from typing import Any

from accelerator.core import clock
from accelerator.core.db import session
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations.moves import Moves

ACCESS = ("person_id", "confirmed_at", "left_at", "declined_at")
INVITATION = ("invited_at", "invited_by", "link_id")


def merge_founders(moves: Moves, kept: Startup, gone: Startup) -> None:
    """Whoever has access to one of the two has access to the kept one afterwards.

    Somebody of both has one row there; the other one stays with the record that goes, and gives no access.
    """
    present, theirs = queries.founders(kept), queries.founders(gone)
    for founder in theirs:
        same = _same(present, founder)
        if same is None:
            values = {"startup_id": kept.id, "position": len(present) + founder.position, "is_lead": False}
            moves.change(Founder, Founder.id == founder.id, values)
            continue
        given = _given(same, founder)
        moves.change(Founder, Founder.id == founder.id, {"left_at": clock.system_now(), "is_lead": False})
        if given:
            moves.change(Founder, Founder.id == same.id, given)
    session().expire_all()
    if queries.lead(kept.id) is None:
        first = next((row for row in queries.founders(kept) if row.has_access), None)
        if first is not None:
            moves.change(Founder, Founder.id == first.id, {"is_lead": True})
    session().expire_all()


def _same(present: list[Founder], founder: Founder) -> Founder | None:
    """The row of the same person, by account first and by address else."""
    alike = [row for row in present if _is_same(row, founder)]
    return next((row for row in alike if row.person_id is not None), alike[0] if alike else None)


def _is_same(founder: Founder, other: Founder) -> bool:
    if founder.person_id is not None and other.person_id is not None:
        return founder.person_id == other.person_id
    return founder.email is not None and founder.email == other.email


def _given(same: Founder, founder: Founder) -> dict[str, Any]:
    """What the row that stays takes over: access, or an invitation that waits for an answer."""
    if founder.has_access and not same.has_access:
        return {**{name: getattr(founder, name) for name in ACCESS}, "left_at": None, "declined_at": None}
    if founder.is_invited and not same.has_access and not same.is_invited and same.declined_at is None:
        return {**{name: getattr(founder, name) for name in INVITATION}, "left_at": None}
    return {}
