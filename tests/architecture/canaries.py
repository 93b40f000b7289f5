"""An edition in which every word about one application is a canary, people whom it bars, and a walk over every route."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope, storage
from accelerator.core.db import add, session
from accelerator.core.web import App
from accelerator.intake.consent_models import Consent
from accelerator.intake.models import Application, Attachment, Enquiry, Revision
from accelerator.intake.note_models import Note
from accelerator.intake.team_models import ApplicationTag, BulkLine, BulkRun, LineState, SavedView, Tag
from accelerator.notifications.models import Message
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition, Host, HostMember
from accelerator.reporting import operations as reporting
from accelerator.scoring.models import Commitment, Fit, Plan, RankingEntry, Round, RoundState
from accelerator.screening.models import EligibilityRule, Outcome
from accelerator.selection.models import Choice, Release
from accelerator.selection.operations.decisions import decide
from accelerator.startups.models import Founder
from tests.factories import Browser, make_edition, make_founder, make_member, make_startup
from tests.factories.intake import make_form, share
from tests.factories.scoring import (
    NOTE,
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
)
from tests.factories.screening import make_result, make_rule, make_verdict

OWN = {
    "name": "Zyxcanaryname",
    "reference": "A-97531",
    "line": "Zyxcanaryline",
    "city": "Zyxcanarycity",
    "answer": "Zyxcanaryanswer",
    "file": "zyxcanaryfile",
    "question": "Zyxcanaryquestion",
    "country": "Tuvalu",
}
"""What the application says, and what its founders are asked."""
JUDGED = {
    "verdict": "Zyxcanaryverdict",
    "rule": "Zyxcanaryrule",
    "note": "Zyxcanarynote",
    "reason": "Zyxcanaryreason",
    "feedback": "Zyxcanaryfeedback",
    "team note": "Zyxcanaryteamnote",
}
"""What was said of it."""
CANARIES = {**OWN, **JUDGED}
EXPORTS = {"intake.export", "trail.export", "events.export"}
"""What is read by a POST, because the trail notes who took it out."""
QUERIES = {
    "intake.applications": [
        "?owner=nobody",
        "?tag=1",
        "?columns=q-problem.one_line.city.score&sort=city",
        "?view=draft",
        "?view=eligible",
        "?q=Tuval",
        "?sort=name",
    ],
    "intake.act_on_many": [f"?ticked={OWN['reference']}", "?all=1"],
    "screening.queue": ["?part=run", "?view=ask", "?view=confirm", "?view=passed", "?view=failed"],
    "selection.board": [
        "?order=adjusted",
        "?order=chance",
        "?view=undecided",
        "?order=name",
        "?order=raw",
        "?view=split",
        "?places=1",
    ],
    "selection.compare": [f"?a={OWN['reference']}&a=A-11111"],
    "selection.release": ["?kind=offer", "?kind=wait", "?kind=decline"],
    "notifications.mail": ["?state=waiting"],
    "scoring.assignments": [f"?for={OWN['reference']}", "?show=short"],
    "scoring.queue": ["?show=todo", "?show=scored"],
    "trail.trail": ["?kind=application"],
}
"""Views of pages that show something else than the page itself."""


@dataclass(frozen=True)
class World:
    """The edition, who looks, and the parts of addresses that lead to the application or to what belongs to it."""

    edition: Edition
    hidden: Application
    outsider: Person
    barred: dict[str, Person]
    parts: dict[str, object]


def make_world(*, prepared: bool) -> World:
    """The edition just before its release; with ``prepared`` one waits for the second signature."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        admin = make_member(edition, Role.ADMIN)
        make_form(edition)
        host = session().query(Host).one()
        host.reads_applications = True
        hidden, plain = _application(edition), make_eligible(edition, name="Plain", reference="A-11111")
        round_ = make_round(edition, actor=admin)
        rule = make_rule(edition)
        for application, words in ((hidden, JUDGED), (plain, dict.fromkeys(JUDGED, "Plain words"))):
            _judge(edition, round_, rule, application, words)
        for application in (hidden, plain):
            share(application, host)
        round_.state = RoundState.CLOSED
        add(Fit(edition_id=edition.id, round_id=round_.id, made_at=clock.now(), scores=2, places=1, **make_fit(1.0)))
        rank({hidden.id: (1, 0.7), plain.id: (2, 0.3)})
        barred = _barred(edition, hidden)
        add(HostMember(edition_id=edition.id, host_id=host.id, person_id=barred["partner"].id))
        commitment = _commit(round_, edition, barred["reviewer"])
        assignment = make_assignment(round_, hidden, barred["reviewer"])
        plan = add(
            Plan(
                edition_id=edition.id,
                round_id=round_.id,
                pairs=[[hidden.id, admin.id], [plain.id, admin.id]],
                total=0,
                dual_bound=0,
                optimal=True,
                short=[],
                made_at=clock.now(),
                made_by=admin.id,
            )
        )
        message = _message(edition, hidden)
        tag = add(Tag(edition_id=edition.id, name="Hotels", folded="hotels"))
        add(ApplicationTag(edition_id=edition.id, application_id=hidden.id, tag_id=tag.id))
        view = add(SavedView(edition_id=edition.id, name="Ours", query="sort=name", person_id=None))
        run = _run_on_many(edition, hidden, barred["staff"])
        if prepared:
            add(
                Release(
                    edition_id=edition.id,
                    counts={"offer": 2, "wait": 0, "decline": 0},
                    digest="0" * 64,
                    prepared_by=admin.id,
                    prepared_at=clock.now(),
                )
            )
        reporting.work_out_figures(edition)
        snapshot = reporting.take_snapshot(edition, actor=admin)
        report = reporting.order_report(snapshot, language="en", actor=admin)
        attachment = session().query(Attachment).filter_by(application_id=hidden.id).one()
        outsider = make_member(edition, Role.ADMIN)
        note = add(
            Note(
                edition_id=edition.id,
                application_id=hidden.id,
                author_id=outsider.id,
                body=JUDGED["team note"],
                written_at=clock.now(),
            )
        )
        parts = {
            "edition_slug": edition.slug,
            "reference": hidden.reference,
            "startup_slug": hidden.startup.slug,
            "slug": hidden.startup.slug,
            "founder_id": _first_founder(hidden).id,
            "number": 1,
            "attachment_id": attachment.id,
            "assignment_id": assignment.id,
            "plan_id": plan.id,
            "message_id": message.id,
            "commitment_id": commitment.id,
            "report_id": report.id,
            "tag_id": tag.id,
            "consent_id": session().query(Consent).filter_by(application_id=hidden.id).one().id,
            "act": "pass",
            "run_id": run.id,
            "view_id": view.id,
            "section_key": "firm",
            "question_key": "problem",
            "first": hidden.startup.slug,
            "second": plain.startup.slug,
            "rule_id": rule.id,
            "path_text": "0",
            "part_key": "notes",
            "note_id": note.id,
        }
    return World(edition, hidden, outsider, barred, parts)


def make_fit(value: float) -> dict[str, Any]:
    """The figures of a round, all of which depend on every review."""
    effect = {"reviewer": 1, "reads": 8, "severity": value, "severity_sd": 0.1, "consistency": value}
    return {
        "method": "reml",
        "reviewers": [effect],
        "swaps": {"entering": [], "leaving": []},
        "variances": {"application": value, "reviewer": 1.0, "residual": 1.0},
        "reliability": {"icc": value, "icc_calibrated": value, "alpha": value, "groups": 1, "unread": 0},
    }


def rank(ranking: dict[int, tuple[int, float]]) -> None:
    """Store the places and the chances, which change for every application when they do for one."""
    for entry in session().query(RankingEntry).filter(RankingEntry.application_id.in_(ranking)):
        place, entry.chance = ranking[entry.application_id]
        entry.rank = entry.raw_rank = place
        entry.adjusted = entry.low = entry.high = entry.raw_mean


def _application(edition: Edition) -> Application:
    startup = make_startup(name=OWN["name"], slug="zyx-canary", one_line=OWN["line"], city=OWN["city"], country="TV")
    hidden = make_eligible(
        edition, startup=startup, reference=OWN["reference"], country="TV", city=OWN["city"], one_line=OWN["line"]
    )
    revision = session().query(Revision).filter_by(application_id=hidden.id).one()
    file = add(
        Attachment(
            application_id=hidden.id,
            question_key="deck",
            storage_key=storage.put(b"%PDF-1.7"),
            file_name=f"{OWN['file']}.pdf",
            size=1,
            uploaded_by=hidden.applicant_id,
            uploaded_at=clock.now(),
        )
    )
    revision.answers = hidden.answers = {
        "problem": OWN["answer"],
        "deck": {"id": file.id, "sha256": file.storage_key, "name": file.file_name, "size": 1, "pages": 1},
    }
    add(
        Enquiry(
            application_id=hidden.id,
            revision_number=1,
            question=OWN["question"],
            asked_by=make_member(edition, Role.STAFF).id,
            asked_at=clock.now(),
            due_at=clock.now(),
        )
    )
    return hidden


def _first_founder(hidden: Application) -> Founder:
    return session().query(Founder).filter_by(startup_id=hidden.startup_id).order_by(Founder.id).first()


def _judge(
    edition: Edition, round_: Round, rule: EligibilityRule, application: Application, words: dict[str, str]
) -> None:
    result = make_result(rule, application)
    result.explanation = {"en": words["rule"], "ja": words["rule"]}
    judge = make_member(edition, Role.STAFF)
    make_verdict(application, judge, Outcome.PASS, comment=words["verdict"])
    make_review(round_, application, make_reviewer(round_, edition), note=f"{words['note']} {NOTE}")
    decide(application, choice=Choice.OFFER, reason=words["reason"], feedback=words["feedback"], actor=judge)


def _barred(edition: Edition, hidden: Application) -> dict[str, Person]:
    """Somebody of each role whom a conflict bars, and people of the team who are behind the startup."""
    roles = {role.value: role for role in (Role.ADMIN, Role.STAFF, Role.PARTNER, Role.REVIEWER)}
    people = {name: make_member(edition, role) for name, role in roles.items()}
    for person in people.values():
        make_conflict(hidden, person)
    people["founder on the team"] = make_founder(hidden.startup, make_member(edition, Role.STAFF, Role.FOUNDER))
    people["named founder on the team"] = make_member(edition, Role.STAFF)
    named = people["named founder on the team"]
    add(Founder(startup_id=hidden.startup_id, name="As typed", email=named.email))
    return people


def _commit(round_: Round, edition: Edition, person: Person) -> Commitment:
    make_reviewer(round_, edition, person=person)
    return session().query(Commitment).filter_by(person_id=person.id).one()


def _run_on_many(edition: Edition, hidden: Application, asker: Person) -> BulkRun:
    now = clock.now()
    run = add(BulkRun(edition_id=edition.id, act="pass", values={}, asked_by=asker.id, asked_at=now, job_id=None))
    line = {"edition_id": edition.id, "run_id": run.id, "application_id": hidden.id, "asked_at": now}
    add(BulkLine(**line, state=LineState.REFUSED, reason=JUDGED["reason"]))
    return run


def _message(edition: Edition, hidden: Application) -> Message:
    notify(hidden.applicant, "application_withdrawn", key="canary", about=hidden, application=hidden, edition=edition)
    notify(hidden.applicant, "founder_welcome", key="of the firm", about=hidden.startup, startup=hidden.startup)
    return session().query(Message).filter_by(key="canary").one()


def addresses(app: App, world: World, skipped: Collection[str]) -> Iterator[tuple[str, str, bool]]:
    """``(endpoint, address, is a POST)`` of everything that can be read, as far as the world has its parts."""
    for rule in app.url_map.iter_rules():
        is_export = rule.endpoint in EXPORTS
        if rule.endpoint in skipped or ("GET" not in rule.methods and not is_export):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(world.parts[part[1]]), rule.rule)
        for query in ("", *QUERIES.get(rule.endpoint, ())):
            yield rule.endpoint, path + query, is_export


def unknown_parts(app: App, world: World) -> set[str]:
    """Endpoints that are read and whose address has a part that the world does not have."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if ("GET" in rule.methods or rule.endpoint in EXPORTS) and rule.arguments - world.parts.keys()
    }


def exports(app: App) -> set[str]:
    """Endpoints that give out a file by a POST."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if re.search(r"\.\w+$", rule.rule) and "GET" not in rule.methods
    }


def pages(
    app: App, world: World, person: Person, skipped: Collection[str] = (), *, fragments: bool = False
) -> dict[tuple[str, str], str]:
    """What each address answers to somebody, with its status line and headers; by endpoint and address.

    With ``fragments`` it is what a script on the page asks for, which may be another part of a template.
    """
    browser = Browser(app).sign_in(person)
    headers = {"HX-Request": "true"} if fragments else {}
    found = {}
    for endpoint, address, is_post in addresses(app, world, skipped):
        answer = browser.post(address, headers=headers) if is_post else browser.get(address, headers=headers)
        assert answer.status_code < 500, address
        found[endpoint, address] = f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=True)}"
    return found


HIDDEN_BY = {"reference", "attachment_id", "assignment_id", "message_id"}
"""Parts of addresses that in the world lead to the hidden application, to one of its files, reviews or mails."""


def tried(app: App, world: World, person: Person) -> dict[tuple[str, str], str]:
    """What the acts on the hidden application answer to somebody who sends an empty form; by endpoint and address."""
    browser = Browser(app).sign_in(person)
    found = {}
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods or not rule.arguments & HIDDEN_BY or rule.arguments - world.parts.keys():
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(world.parts[part[1]]), rule.rule)
        answer = browser.post(path)
        assert answer.status_code < 500, path
        found[rule.endpoint, path] = f"{answer.status}\n{answer.headers}\n{answer.get_data(as_text=True)}"
    return found
