"""The front page: what runs here, and in a demonstration who one can be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import demonstration_people
from accelerator.accounts.rules import is_site_admin
from accelerator.accounts.views.visitor import current_person, settings
from accelerator.core import clock, i18n, scope, times, web
from accelerator.programmes import queries, rules
from accelerator.programmes.models import Edition
from accelerator.programmes.phases import Phase, left_until, phase_at
from accelerator.programmes.steps import Steps, steps_of_all
from accelerator.programmes.views.blueprint import bp


@dataclass(frozen=True)
class Card:
    """One edition as the front page shows it. Times are in the edition's zone, named by its place."""

    edition: Edition
    phase: Phase
    now: datetime
    opens: str
    closes: str | None
    left: timedelta | None
    entered: bool
    steps: Steps
    people: tuple[tuple[Role, Person], ...] = ()


def _card(edition: Edition, person: Person | None, people: list[tuple[int, Role, Person]], steps: Steps) -> Card:
    with scope.choose(edition.scope), i18n.speaking(i18n.language(), edition.zone):
        now = clock.now()
        phase = phase_at(edition, now)
        until = {Phase.ANNOUNCED: edition.opens_at, Phase.OPEN: edition.closes_at}.get(phase)
        return Card(
            edition,
            phase,
            now,
            times.moment(edition.opens_at),
            times.moment(edition.closes_at) if edition.closes_at else None,
            left_until(until, now) if until else None,
            rules.can_enter(person, edition),
            steps,
            tuple((role, who) for edition_id, role, who in people if edition_id == edition.id),
        )


@bp.route("/", allow=web.public)
def front() -> Any:
    """What runs here; on an empty installation, what to do first."""
    person, demo = current_person(), settings().demo
    editions = queries.editions()
    people = demonstration_people([edition.id for edition in editions]) if demo else []
    steps = steps_of_all(editions)
    cards = [_card(edition, person, people, steps[edition.id]) for edition in editions]
    moments = [card for card in cards if demo and card.edition.is_demo]
    real = [card for card in cards if card not in moments]
    return render_template(
        "programmes/front.html",
        moments=sorted(moments, key=lambda card: card.edition.id),
        open=[card for card in real if card.phase is Phase.OPEN],
        founds=is_site_admin(person),
        others=[card for card in real if card.phase is not Phase.OPEN],
        programmes=queries.programmes(),
    )
