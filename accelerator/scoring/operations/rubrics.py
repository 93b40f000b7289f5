"""Changing the rubric of a round while it is in preparation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.versions import stale_problems
from accelerator.scoring.models import Criterion, Round, RoundState
from accelerator.scoring.queries import rounds
from accelerator.scoring.rubric import ANCHORED, MOST_CRITERIA, Line, rubric_version


def change_rubric(round_: Round, lines: Sequence[Line], *, version: str, actor: Person) -> None:
    """Replace the rubric of a round in preparation by ``lines``, in their order.

    A line whose key the round knows changes that criterion; any other is a new one and gets a key from its name.
    ``version`` is that of the rubric which the page was drawn with: another one is refused, nothing is overwritten.
    """
    lock(round_)
    refuse(rubric_problems(round_, version=version))
    before = rounds.criteria(round_)
    _check(lines)
    known = {criterion.key: criterion for criterion in before}
    planned = _keyed(lines, known)
    changes: dict[str, Any] = {}
    for key in known.keys() - {line.key for line in planned}:
        changes[f"criterion.{key}"] = [_summary(known[key], known[key].position), None]
        session().delete(known[key])
    for position, line in enumerate(planned, 1):
        if line.key in known:
            changes |= _changed(known[line.key], line, position)
        else:
            changes[f"criterion.{line.key}"] = [None, _summary(line, position)]
            session().add(
                Criterion(
                    round_id=round_.id,
                    key=line.key,
                    label=line.label,
                    weight=line.weight,
                    anchors=line.anchors,
                    position=position,
                )
            )
    session().flush()
    if changes:
        audit(actor, "scoring.changed_rubric", round_, **changes)


def rubric_problems(round_: Round, *, version: str) -> Iterator[Refused]:
    """Why the rubric stays as it is, whatever was typed."""
    if round_.state is not RoundState.DRAFT:
        yield Refused(_("The round has been opened, so its rubric can't change: all its reviews use the same one."))
    else:
        yield from stale_problems(version, rubric_version(rounds.criteria(round_)))


def _check(lines: Sequence[Line]) -> None:
    if not lines:
        raise Refused(_("A rubric needs at least one criterion."))
    if len(lines) > MOST_CRITERIA:
        raise Refused(_("A rubric has at most %(number)s criteria.", number=MOST_CRITERIA))
    if any(line.weight < 0 for line in lines) or sum(line.weight for line in lines) != 100:
        raise Refused(_("The weights of the rubric must add up to 100."))
    texts = [text for line in lines for text in (line.label, *(line.anchors.get(str(mark), {}) for mark in ANCHORED))]
    if not all(text.get(language, "").strip() for text in texts for language in ("en", "ja")):
        raise Refused(_("Every criterion needs its name and its anchors in both languages."))


def _keyed(lines: Sequence[Line], known: dict[str, Criterion]) -> list[Line]:
    """The lines with their keys: those of the round once each, new ones made from the English name."""
    taken, keyed = set(known), []
    left = set(known)
    for line in lines:
        key = line.key
        if key in left:
            left.remove(key)
        else:
            key = _new_key(line.label["en"], taken)
        taken.add(key)
        keyed.append(replace(line, key=key))
    return keyed


def _new_key(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:30] or "criterion"
    return next(key for key in (plain, *(f"{plain}_{number}" for number in range(2, 99))) if key not in taken)


def _changed(row: Criterion, line: Line, position: int) -> dict[str, Any]:
    name, anchors, before = f"criterion.{row.key}", f"anchors.{row.key}", _summary(row, row.position)
    changed = changes_of(
        row, {"label": line.label, "weight": line.weight, "anchors": line.anchors, "position": position}
    )
    texts: dict[str, Any] = {anchors: changed.pop("anchors")} if "anchors" in changed else {}
    return texts | ({name: [before, _summary(row, position)]} if changed else {})


def _summary(line: Criterion | Line, position: int) -> dict[str, str]:
    return {code: f"{position}. {label}, {line.weight}%" for code, label in line.label.items()}
