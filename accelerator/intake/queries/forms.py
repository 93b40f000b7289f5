"""Reads about the form of a call, and applications as a given reader may read them."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, bindparam, literal, select, union_all

from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.marks import hangs_on, read_once
from accelerator.core.prepared import Prepared
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, PlainSection
from accelerator.intake.answers.readiness import HOSTS, Point, missing
from accelerator.intake.answers.reading import ReadableSection, read
from accelerator.intake.models import Application, Audience, Form, Question, QuestionKind, Revision, Section, Track
from accelerator.intake.roles import QuestionRole
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Host, Sector

READS = {"en": "{name} (its partners read the applications)", "ja": "{name}（担当者が応募内容を読みます）"}
"""A consent by name, kept with the form in both languages, to an organisation whose people read."""


def current_form(edition: Edition) -> Form | None:
    """The form that the edition's call uses now: the newest published one."""
    newest = select(Form).where(Form.edition_id == edition.id, Form.published_at.is_not(None))
    return session().scalar(newest.order_by(Form.version.desc()).limit(1))


def form_of(application: Application) -> Form | None:
    """The version of the form that the application's draft is written for."""
    if application.form_id is not None:
        return session().get(Form, application.form_id)
    return current_form(session().get_one(Edition, application.edition_id))


def tracks(edition: Edition) -> list[Track]:
    """The tracks of the call, in the order in which they were made."""
    return tracks_of(edition.id)


def tracks_of(edition_id: int) -> list[Track]:
    """The same for whoever has no edition at hand."""
    return list(session().scalars(select(Track).where(Track.edition_id == edition_id).order_by(Track.id)))


def host_consents(edition: Edition) -> list[dict[str, Any]]:
    """A choice for each host with which answers are shared, named; those whose people read here say so."""
    return [
        {"value": host_value(host), "label": _consent_to(host)}
        for host in programmes.hosts(edition)
        if host.shares_data
    ]


def missing_in(edition: Edition, form: PlainForm) -> list[Point]:
    """What the form lacks before applicants of the edition can be asked it, what blocks first."""
    asked = form.of_role(QuestionRole.CONSENT_HOSTS)
    agreed, hosts = list(asked.choices) if asked else [], host_consents(edition)
    others = Point(
        _(
            "The organisations that read the applications have changed since the form was created. Applicants need to "
            "agree to the current ones."
        ),
        place=HOSTS,
    )
    return [*([] if agreed == hosts else [others]), *missing(form)]


def host_value(host: Host) -> str:
    """What the consent to a host is kept as."""
    return f"host-{host.id}"


def host_of_value(value: str) -> int | None:
    """The id of the host that such a consent names."""
    start, _dash, number = value.partition("-")
    return int(number) if start == "host" and number.isdecimal() else None


def _consent_to(host: Host) -> dict[str, str]:
    if not host.reads_applications:
        return dict(host.name)
    return {language: READS.get(language, READS["en"]).format(name=name) for language, name in host.name.items()}


def left_out_of_default(edition: Edition) -> frozenset[str]:
    """What the questions of the default form are about that make no sense here: tracks or hosts that there are none of."""
    absent = {"tracks": not tracks(edition), "hosts": not host_consents(edition)}
    return frozenset(subject for subject, is_absent in absent.items() if is_absent)


hangs_on(Section, lambda opened, section: opened.get(Form, section.form_id))
hangs_on(Question, lambda opened, question: opened.get(Form, question.form_id))
# Sectors and tracks are choices of the edition's forms.
hangs_on(Sector, lambda opened, sector: opened.get(Edition, sector.edition_id))
hangs_on(Track, lambda opened, track: opened.get(Edition, track.edition_id))


def plain_form(form: Form) -> PlainForm:
    """The form without its database rows; sectors and tracks of the edition are put in as choices."""
    edition = session().get_one(Edition, form.edition_id)
    return read_once("form", (form, edition), partial(_plain_form, form.id, form.version, edition.id))


def _plain_form(form_id: int, version: int, edition_id: int) -> PlainForm:
    filled, sections = _edition_choices(edition_id), []
    for _id, lines in groupby(session().execute(_QUESTIONS, {"form": form_id}), key=itemgetter(0)):
        rows = list(lines)
        questions = (_plain(*row[4:], filled) for row in rows if row[4] is not None)
        _id, key, title, hint, *_question = rows[0]
        sections.append(PlainSection(key, title, hint, tuple(questions)))
    return PlainForm(form_id, version, tuple(sections))


_QUESTIONS = (
    select(
        Section.id,
        Section.key,
        Section.title,
        Section.help,
        Question.key,
        Question.kind,
        Question.label,
        Question.help,
        Question.required,
        Question.limits,
        Question.choices,
        Question.shown_if,
        Question.audience,
        Question.role,
        Question.carried,
    )
    .outerjoin(Question, Question.section_id == Section.id)
    .where(Section.form_id == bindparam("form", type_=Integer))
    .order_by(Section.position, Section.id, Question.position, Question.id)
)


def _edition_choices(edition_id: int) -> dict[QuestionKind, Sequence[Mapping[str, Any]]]:
    sector, track = QuestionKind.SECTOR, QuestionKind.TRACK
    listed = union_all(
        select(literal(sector.value), Sector.id, Sector.key, Sector.name).where(Sector.edition_id == edition_id),
        select(literal(track.value), Track.id, Track.key, Track.name).where(Track.edition_id == edition_id),
    )
    filled: dict[QuestionKind, list[Mapping[str, Any]]] = {sector: [], track: []}
    for kind, _id, key, name in sorted(session().execute(listed), key=itemgetter(0, 1)):
        filled[QuestionKind(kind)].append({"value": key, "label": name})
    filled[sector].sort(key=lambda choice: (choice["value"] == "other", choice["label"]["en"]))
    return {**filled}


def _plain(key: str, kind: QuestionKind, *rest: Any) -> PlainQuestion:
    label, hint, required, limits, choices, shown_if, audience, role, carried, filled = rest
    # A frozen version keeps the tracks that it offered; the sectors are always those of the edition.
    own = choices if kind is QuestionKind.TRACK else None
    shown = tuple(own or filled.get(kind, choices))
    return PlainQuestion(key, kind, label, hint, required, limits, shown, shown_if, audience, role, carried)


def readable(application: Application, revision_number: int, audiences: frozenset[Audience]) -> list[ReadableSection]:
    """One revision as the given audiences may read it, with the form that it answered.

    A blind round asks for ``reading.REVIEWER_BLIND``, an open one for ``reading.REVIEWER_OPEN``, the team for
    ``reading.TEAM``. A revision that does not exist has nothing to read.
    """
    values = {"application": application.id, "number": revision_number, "edition": application.edition_id}
    row = _ANSWERED.entities(**values).first()
    if row is None:
        return []
    return read(plain_form(row[1]), row[0], audiences)


def read_by(audiences: frozenset[Audience], form: Form, revision: Revision) -> list[ReadableSection]:
    """The same of a revision and a form at hand."""
    return read(plain_form(form), revision.answers, audiences)


_ANSWERED = Prepared(
    lambda: (
        select(Revision.answers, Form)
        .join(Form, Form.id == Revision.form_id)
        .where(
            Revision.application_id == bindparam("application"),
            Revision.number == bindparam("number"),
            Form.edition_id == bindparam("edition"),
        )
    )
)
