"""Reads about the form of a call, and applications as a given reader may read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from accelerator.core.db import remembered, session
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, PlainSection
from accelerator.intake.answers.reading import ReadableSection, read
from accelerator.intake.models import Application, Audience, Form, Question, QuestionKind, Revision, Track
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Host, Sector

READS = {"en": "{name} (its partners read the applications)", "ja": "{name}（担当者が応募内容を読みます）"}
"""A consent by name, kept with the form in both languages, to an organisation whose people read."""

TRACK_QUESTIONS = frozenset({"track", "track_fit"})
HOSTS_QUESTION = "consent_hosts"  # its boxes are the edition's own: one for each host that reads the answers


def current_form(edition: Edition) -> Form | None:
    """The form that the edition's call uses now: the newest published one."""
    newest = select(Form).where(Form.edition_id == edition.id, Form.published_at.is_not(None))
    return session().scalar(newest.order_by(Form.version.desc()).limit(1))


def tracks(edition: Edition) -> list[Track]:
    """The tracks of the call, in the order in which they were made."""
    return list(session().scalars(select(Track).where(Track.edition_id == edition.id).order_by(Track.id)))


def host_consents(edition: Edition) -> list[dict[str, Any]]:
    """A choice for each host with which answers are shared, named; those whose people read here say so."""
    return [
        {"value": host_value(host), "label": _consent_to(host)}
        for host in programmes.hosts(edition)
        if host.shares_data
    ]


def host_value(host: Host) -> str:
    """What the consent to a host is kept as."""
    return f"host-{host.id}"


def _consent_to(host: Host) -> dict[str, str]:
    if not host.reads_applications:
        return dict(host.name)
    return {language: READS.get(language, READS["en"]).format(name=name) for language, name in host.name.items()}


def left_out_of_default(edition: Edition) -> frozenset[str]:
    """The questions of the default form that make no sense here: about tracks, or organisations, that there are none of."""
    tracked = frozenset() if tracks(edition) else TRACK_QUESTIONS
    return tracked if host_consents(edition) else tracked | {HOSTS_QUESTION}


def plain_form(form: Form) -> PlainForm:
    """The form without its database rows; sectors and tracks of the edition are put in as choices."""
    # Kept with its rows: a form that nobody holds would be loaded anew, sections, questions and all.
    return remembered(("form", form.id), lambda: (form, _plain_form(form)))[1]


def _plain_form(form: Form) -> PlainForm:
    filled = _edition_choices(form)
    sections = tuple(
        PlainSection(
            section.key, section.title, section.help, tuple(_plain(question, filled) for question in section.questions)
        )
        for section in form.sections
    )
    return PlainForm(form.id, form.version, sections)


def _edition_choices(form: Form) -> dict[QuestionKind, Sequence[Mapping[str, Any]]]:
    sectors = session().scalars(select(Sector).where(Sector.edition_id == form.edition_id))
    listed = session().scalars(select(Track).where(Track.edition_id == form.edition_id).order_by(Track.id))
    in_order = sorted(sectors, key=lambda sector: (sector.key == "other", sector.name["en"]))
    return {
        QuestionKind.SECTOR: [{"value": sector.key, "label": sector.name} for sector in in_order],
        QuestionKind.TRACK: [{"value": track.key, "label": track.name} for track in listed],
    }


def _plain(row: Question, filled: Mapping[QuestionKind, Sequence[Mapping[str, Any]]]) -> PlainQuestion:
    return PlainQuestion(
        row.key,
        row.kind,
        row.label,
        row.help,
        row.required,
        row.limits,
        tuple(filled.get(row.kind, row.choices)),
        row.shown_if,
        row.audience,
    )


def readable(application: Application, revision_number: int, audiences: frozenset[Audience]) -> list[ReadableSection]:
    """One revision as the given audiences may read it, with the form that it answered.

    A blind round asks for ``reading.REVIEWER_BLIND``, an open one for ``reading.REVIEWER_OPEN``, the team for
    ``reading.TEAM``. A revision that does not exist has nothing to read.
    """
    found = (
        session()
        .execute(
            select(Revision, Form)
            .options(lazyload(Form.sections))  # most often they are at hand
            .join(Form, Form.id == Revision.form_id)
            .where(
                Revision.application_id == application.id,
                Revision.number == revision_number,
                Form.edition_id == application.edition_id,
            )
        )
        .first()
    )
    if found is None:
        return []
    return read(plain_form(found[1]), found[0].answers, audiences)
