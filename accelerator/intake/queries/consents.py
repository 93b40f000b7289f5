"""Reads about consents: whether one is in force, of one application and in SQL, and what a page shows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accelerator.accounts.models import Person
from accelerator.core import clock, scope
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.intake.consent_models import Consent, ConsentText, Purpose
from accelerator.intake.models import COUNTED, Application
from accelerator.intake.queries.visibility import visible_to
from accelerator.programmes.models import Edition, Host
from accelerator.startups.queries import founded_by


@dataclass(frozen=True)
class ConsentBox:
    """One box of the form in an application: the consent in force, if any, and those before it, newest first."""

    now: Consent | None
    before: list[Consent]

    @property
    def last(self) -> Consent:
        """The newest one."""
        return self.now or self.before[0]

    @property
    def text(self) -> ConsentText:
        """The words that were agreed to last."""
        return self.last.text

    @property
    def can_be_given_again(self) -> bool:
        """Whether its founders can agree once more: where the application is still in the call."""
        return (
            self.now is None
            and self.text.purpose is not Purpose.PROCESSING
            and self.last.application.state in COUNTED
            and (self.text.purpose is not Purpose.HOST or self.text.host_id is not None)
        )


class Consenting(NamedTuple):
    """An application, its edition, and its boxes."""

    application: Application
    edition: Edition
    boxes: list[ConsentBox]


def is_in_force(consent: Consent) -> bool:
    """Whether a consent holds now: it was not ended, and has not expired."""
    return consent.ended_at is None and (consent.expires_at is None or clock.now() < consent.expires_at)


def consented(application: Application, purpose: Purpose, host: Host | None = None) -> bool:
    """Whether a consent of this application is in force for a purpose, and for sharing: to this organisation."""
    return bool(session().scalar(select(_given(application.id, purpose, host))))


def has_consented(purpose: Purpose, host: Host | None = None) -> ColumnElement[bool]:
    """The same in SQL, about the application of the enclosing statement."""
    return _given(Application.id, purpose, host)


def _given(application_id: Any, purpose: Purpose, host: Host | None) -> ColumnElement[bool]:
    named = ConsentText.host_id.is_(None) if host is None else ConsentText.host_id == host.id
    return exists().where(
        Consent.application_id == application_id,
        Consent.text_id == ConsentText.id,
        ConsentText.purpose == purpose,
        named,
        Consent.ended_at.is_(None),
        or_(Consent.expires_at.is_(None), Consent.expires_at > clock.now()),
    )


def not_shared(edition: Edition, host: Host, viewer: Person) -> list[int]:
    """The ids of the applications that were sent and are not shared with an organisation, of those the viewer may see."""
    statement = select(Application.id).where(
        Application.edition_id == edition.id,
        Application.state.in_(COUNTED),
        visible_to(viewer),
        ~has_consented(Purpose.HOST, host),
    )
    return list(session().scalars(statement))


def consent(edition: Edition, consent_id: int) -> Consent | None:
    """One consent, with its text and application."""
    return session().scalar(
        select(Consent)
        .options(joinedload(Consent.application), joinedload(Consent.text).joinedload(ConsentText.host))
        .where(Consent.edition_id == edition.id, Consent.id == consent_id)
    )


def latest_text(edition_id: int, key: str) -> ConsentText | None:
    """The newest version of the words of a box."""
    newest = select(ConsentText).where(ConsentText.edition_id == edition_id, ConsentText.key == key)
    return session().scalar(newest.order_by(ConsentText.version.desc()).limit(1))


def boxes_of(application: Application) -> list[ConsentBox]:
    """The boxes of one application."""
    return _boxes(_OF_APPLICATION.entities(application=application.id).scalars())


def boxes_of_person(person: Person) -> list[Consenting]:
    """What the founder's startups agreed to, and what this person agreed to for one; in every edition, the newest first."""
    statement = (
        select(Consent, Edition)
        .join(Application, Application.id == Consent.application_id)
        .join(Edition, Edition.id == Application.edition_id)
        .options(contains_eager(Consent.application), joinedload(Consent.text).joinedload(ConsentText.host))
        .options(joinedload(Consent.giver))
        .where(or_(Application.startup_id.in_(founded_by(person.id)), Consent.given_by == person.id))
        .order_by(Application.id.desc(), *_IN_ORDER)
    )
    with scope.everywhere():
        rows = session().execute(statement).all()
    by_application = groupby(rows, key=lambda row: row.Consent.application_id)
    grouped = [list(group) for _id, group in by_application]
    return [
        Consenting(group[0].Consent.application, group[0].Edition, _boxes(row.Consent for row in group))
        for group in grouped
    ]


_IN_ORDER = (Consent.key, Consent.id.desc())
_OF_APPLICATION = Prepared(
    lambda: (
        select(Consent)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .options(contains_eager(Consent.text).joinedload(ConsentText.host), joinedload(Consent.giver))
        .where(Consent.application_id == bindparam("application", type_=Integer))
        .order_by(*_IN_ORDER)
    )
)
PLACES = {Purpose.PROCESSING: 0, Purpose.HOST: 1, Purpose.STATISTICS: 2, Purpose.OTHER: 3}


def _boxes(consents: Iterable[Consent]) -> list[ConsentBox]:
    boxes = []
    for _key, group in groupby(consents, key=lambda consent: consent.key):
        rows = list(group)
        now = next((row for row in rows if is_in_force(row)), None)
        boxes.append(ConsentBox(now, [row for row in rows if row is not now]))
    return sorted(boxes, key=lambda box: PLACES[box.text.purpose])
