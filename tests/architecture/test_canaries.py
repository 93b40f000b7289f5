"""Nobody whom an application bars finds a word of it, nor a figure that depends on how it stands, at any address.

Every address that can be read is walked, and every export. A new route is walked by itself if the world knows the parts
of its address; if not, it fails here until its parts are put into the world, or the reason why it can't tell of an
application is written into ``ELSEWHERE``.
"""

import ast
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, JobState, enqueue
from accelerator.intake.models import Application, ApplicationState, Enquiry
from accelerator.intake.operations.enquiries import answer_enquiry
from accelerator.notifications.models import Message
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.scoring.models import FIT_RANKING, Assignment, Fit, RankingEntry, Review, Round
from accelerator.screening.models import RUN_RULES, Outcome, Verdict
from accelerator.selection.models import Choice, Decision, Release, ReleaseState
from accelerator.selection.operations.releases import approve_release, digest_of, prepare_release
from accelerator.selection.queries.releases import pending_letters
from tests.architecture.canaries import (
    CANARIES,
    EXPORTS,
    OWN,
    World,
    exports,
    make_fit,
    make_world,
    pages,
    rank,
    tried,
    unknown_parts,
)
from tests.architecture.source import nodes, place
from tests.factories import Browser

COHORT = "is about a startup of the cohort or its mentors, which are public by then"
EVENT = "is about an event and its guests"
LINK = "opens with the secret of a mail"
ELSEWHERE = {
    "accounts.city_list": "is the same for everybody",
    "accounts.confirm_address": LINK,
    "accounts.link": LINK,
    "asset": "is the same for everybody",
    "events.edit_agenda_item": EVENT,
    "events.edit_event": EVENT,
    "events.event": EVENT,
    "events.export": EVENT,
    "events.place": EVENT,
    "events.registrations": EVENT,
    "intake.download_copy": "gives founders the file of what they sent themselves",
    "intake.late_link": LINK,
    "mentoring.book": COHORT,
    "mentoring.edit_mentor": COHORT,
    "mentoring.mentor": COHORT,
    "programmes.new_edition": "is about an edition that does not exist yet",
    "progress.edit_milestone": COHORT,
    "progress.evidence": COHORT,
    "progress.milestone": COHORT,
    "progress.target": COHORT,
    "progress.template": COHORT,
    "progress.value": COHORT,
    "reporting.reported_figure": "is about earlier years",
    "startups.decline_by_link": LINK,
}
"""Why a route whose address the world can't build tells nothing of an application that waits for its decision."""
OWN_PAGES = {
    "intake.consents",
    "intake.give_consent",
    "intake.withdraw_consent",
    "intake.tasks",
    "intake.check",
    "intake.receipt",
    "intake.own_changes",
    "intake.section",
    "intake.withdraw",
    "intake.call",
    "intake.apply",
    "intake.attachment",
    "dashboard.home",
    "startups.mine",
    "startups.founders",
    "startups.hand_over",
    "startups.leave",
    "startups.remove",
    "startups.invitation",
}
ALLOWED = {
    ("scoring.conflicts", "name"): "whoever declares a conflict chooses among the names of all that applied",
    ("scoring.conflicts", "country"): "the same list tells firms of one name apart",
    ("scoring.queue", "reference"): "of what bars a reviewer only the reference is told",
    ("dashboard.home", "reference"): "the same line of the queue",
}


@pytest.fixture
def world(app) -> World:
    """The edition while a release waits for its second signature."""
    return make_world(prepared=True)


def leaks(found: dict[tuple[str, str], str], allowed) -> list[str]:
    """Where which canary occurs."""
    return sorted(
        f"{address}: {kind}"
        for (endpoint, address), text in found.items()
        for kind, canary in CANARIES.items()
        if canary in _without_address(text, address) and not allowed(endpoint, kind)
    )


def _without_address(text: str, address: str) -> str:
    # What was typed into the address comes back in links, in fields and on the page that says that nothing is there.
    path, _, query = address.partition("?")
    for value in [path, quote(path, safe=""), *(pair.partition("=")[2] for pair in query.split("&") if query)]:
        text = text.replace(value, "")
    return text


def test_every_route_is_walked_or_has_a_reason(app, world) -> None:
    assert sorted(unknown_parts(app, world)) == sorted(ELSEWHERE)
    assert exports(app) == EXPORTS


def test_the_partner_of_the_world_reads(app, world) -> None:
    """Otherwise the walk would find every page of partners closed and prove nothing."""
    browser = Browser(app).sign_in(world.barred["partner"])
    base = f"/editions/{world.edition.slug}/partner"
    found = [browser.get(f"{base}/{page}") for page in ("applications", "board", "applications/A-11111")]
    assert [(page.status_code, "Plain" in page.text) for page in found] == [(200, True)] * 3


def test_nobody_whom_it_bars_finds_a_canary(app, world) -> None:
    for who, person in world.barred.items():
        founds = "founder" in who

        def allowed(endpoint: str, kind: str, founds: bool = founds) -> bool:
            own = founds and kind in OWN and endpoint in OWN_PAGES
            return own or (endpoint, kind) in ALLOWED

        found = pages(app, world, person, set(ELSEWHERE))
        assert (who, leaks(found, allowed)) == (who, [])


def test_nor_in_the_parts_that_scripts_ask_for(app, world) -> None:
    for who in ("admin", "partner", "reviewer"):
        found = pages(app, world, world.barred[who], set(ELSEWHERE), fragments=True)
        assert (who, leaks(found, lambda endpoint, kind: (endpoint, kind) in ALLOWED)) == (who, [])


def test_nor_in_the_answer_to_an_act(app, world) -> None:
    """Nor does one succeed: each is answered as if nothing were there, or with a refusal that tells nothing."""
    acts_of_everybody: dict[str, Any] = {}
    for who in ("admin", "staff", "partner", "reviewer", "named founder on the team"):
        found = tried(app, world, world.barred[who])
        assert (who, leaks(found, lambda endpoint, kind: (endpoint, kind) in ALLOWED)) == (who, [])
        acts_of_everybody |= {
            (who, endpoint): text.split("\n")[0] for (endpoint, _), text in found.items() if not text.startswith("404")
        }
    assert acts_of_everybody == {}
    assert len(found) > 15


def test_nor_in_a_mail(app) -> None:
    """What the team is mailed while applications are asked about, read, judged and released."""
    world = make_world(prepared=False)
    with db.transaction(), scope.choose(world.edition.scope):
        hidden = session().get_one(Application, world.hidden.id)
        asked = session().query(Enquiry).filter_by(application_id=hidden.id).one()
        asked.asked_by = world.barred["staff"].id
        session().flush()
        session().expire(asked)
        answer_enquiry(hidden, actor=hidden.applicant)
        prepare_release(world.edition, actor=world.outsider, sure=True)
    mails: dict[str, list[str]] = {}
    with db.reading():
        for who in ("admin", "staff", "partner", "reviewer", "named founder on the team"):
            mine = session().query(Message).filter_by(person_id=world.barred[who].id)
            mails[who] = [f"{mail.kind} {mail.subject} {mail.body} {mail.html} {mail.name}" for mail in mine]
    written = {who: [text.split()[0] for text in texts] for who, texts in mails.items()}
    assert "release_to_approve" in written["admin"]
    assert "application_answered" not in written["staff"]
    said = [(who, kind) for who, texts in mails.items() for kind, word in CANARIES.items() if word in " ".join(texts)]
    assert said == []


def test_somebody_unconcerned_finds_every_canary(app, world) -> None:
    found = "".join(pages(app, world, world.outsider, set(ELSEWHERE)).values())
    assert [kind for kind, canary in CANARIES.items() if canary not in found] == []


def test_no_figure_depends_on_how_it_stands(app) -> None:
    world = make_world(prepared=False)
    with db.transaction(), scope.choose(world.edition.scope):
        session().get_one(JobRow, enqueue(RUN_RULES)).state = JobState.RUNNING
    flips = (_leave, _flip_the_decision, _flip_the_scores, _flip_the_verdict)
    for who in ("admin", "reviewer"):
        person, seen = world.barred[who], []
        for flip in flips:
            with db.transaction(), scope.choose(world.edition.scope):
                flip(session().get_one(Application, world.hidden.id))
            found = pages(app, world, person, ELSEWHERE.keys() | EXPORTS | {"accounts.sign_ins"})
            seen.append({key: _steady(text) for key, text in found.items()})
        for later in seen[1:]:
            assert (who, [key for key in later if later[key] != seen[0][key]]) == (who, [])
        with db.transaction(), scope.choose(world.edition.scope):
            _put_back(session().get_one(Application, world.hidden.id))


@pytest.mark.parametrize("state", [ReleaseState.PREPARED, ReleaseState.APPROVED])
def test_nor_does_any_once_a_release_counts_it(app, state) -> None:
    """A release as it would be, had the other choice been made: its counts and its digest, and what the trail has of it."""
    world = make_world(prepared=False)
    with db.transaction(), scope.choose(world.edition.scope):
        release = prepare_release(world.edition, actor=world.outsider, sure=True)
        if state is ReleaseState.APPROVED:
            approve_release(release, typed_count=release.letters, actor=world.barred["admin"], sure=True)
    elsewhere = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(TELLS_OF_RELEASES)}
    # The exports come last, for they leave acts in the trail.
    for skipped in (elsewhere | EXPORTS, {rule.endpoint for rule in app.url_map.iter_rules()} - EXPORTS):
        seen: dict[str, list[dict[tuple[str, str], str]]] = {}
        for choice in (Choice.OFFER, Choice.DECLINE):
            with db.transaction(), scope.choose(world.edition.scope):
                _choose_instead(world.hidden.id, choice)
            for who in ("admin", "partner", "founder on the team"):
                found = pages(app, world, world.barred[who], skipped | ELSEWHERE.keys())
                steady = {key: _without_exports(_steady(text)) for key, text in found.items()}
                seen.setdefault(who, []).append(steady)
        for who, (first, second) in seen.items():
            assert (who, [key for key in second if second[key] != first[key]]) == (who, [])


TELLS_OF_RELEASES = (
    "selection.",
    "trail.",
    "dashboard.",
    "notifications.",
    "reporting.",
    "intake.applications",
    "intake.partner_",
    "scoring.method",
    "scoring.round",
    "scoring.scores",
)


def _without_exports(text: str) -> str:
    """A file without the acts that say that one was exported; what changed may take several lines of a row."""
    return re.sub(r"^\d{4}-[^\n]*exported.*?(?=^\d{4}-|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)


def _choose_instead(hidden_id: int, choice: Choice) -> None:
    """Let it be as if another choice had been made before the release was prepared."""
    decision = session().query(Decision).filter_by(application_id=hidden_id).one()
    edition, release, before = (
        session().get_one(Edition, decision.edition_id),
        session().query(Release).one(),
        decision.choice,
    )
    decision.choice = choice
    counts = dict(release.counts)
    counts[before.value] -= 1
    counts[choice.value] += 1
    release.counts, release.digest = counts, digest_of(pending_letters(edition))
    about_it = AuditEntry.action.in_(["selection.prepared", "selection.approved"])
    for entry in session().query(AuditEntry).filter(about_it):
        entry.changes = {**entry.changes, "counts": counts}


# A walk leaves sign-ins behind, and exports leave acts in the trail: both lists differ from walk to walk.


def _steady(text: str) -> str:
    """An answer without what differs at every request: tokens, instants, and what follows from their length."""
    text = re.sub(r"<time.*?</time>|Set-Cookie:.*|Content-Length:.*|ETag:.*|data-now=\"[^\"]*\"", "", text)
    return re.sub(r'(csrf[-_]token"[^>]*(?:content|value)="|X-CSRFToken": ")[^"]*', r"\1", text)


def _leave(hidden: Application) -> None:
    """As it is."""


def _flip_the_decision(hidden: Application) -> None:
    decision = session().query(Decision).filter_by(application_id=hidden.id).one()
    decision.choice, decision.reason = Choice.DECLINE, "Another reason"


def _flip_the_scores(hidden: Application) -> None:
    reviews = session().query(Review).join(Assignment).filter(Assignment.application_id == hidden.id)
    for review in reviews:
        review.total = 1.0
    for name, value in make_fit(0.5).items():
        setattr(session().query(Fit).one(), name, value)
    entry = session().query(RankingEntry).filter_by(application_id=hidden.id).one()
    entry.raw_mean = entry.adjusted = entry.low = entry.high = 1.0
    entry.reads = 3
    plain = session().query(Application).filter_by(reference="A-11111").one()
    rank({plain.id: (1, 1.0), hidden.id: (2, 0.0)})
    _shift_what_follows(hidden, plain)


def _shift_what_follows(hidden: Application, plain: Application) -> None:
    """What a review of one application changes for the others: estimates, jobs, mails."""
    other = session().query(RankingEntry).filter_by(application_id=plain.id).one()
    other.adjusted, other.low, other.high = (value + 0.02 for value in (other.adjusted, other.low, other.high))
    fit = session().query(Fit).one()
    fit.stale, fit.made_at, fit.scores = True, fit.made_at - timedelta(hours=1), fit.scores + 1
    for row in session().query(JobRow).filter(JobRow.name.in_((RUN_RULES.name, FIT_RANKING.name))):
        row.done, row.total = row.done + 1, row.total + 1
    dead = session().get_one(JobRow, enqueue(FIT_RANKING))
    dead.state, dead.finished_at = JobState.DEAD, fit.made_at
    round_ = session().query(Round).one()
    reviewer = session().query(Assignment).filter_by(application_id=hidden.id).first().reviewer
    notify(
        reviewer,
        "reads_due",
        key=f"canary:{fit.made_at}",
        about=round_,
        round=round_,
        edition=session().get_one(Edition, round_.edition_id),
        path="/",
    )


def _flip_the_verdict(hidden: Application) -> None:
    verdict = session().query(Verdict).filter_by(application_id=hidden.id).one()
    verdict.outcome, verdict.reason_code = Outcome.FAIL, "off_theme"
    hidden.state = ApplicationState.INELIGIBLE


def _put_back(hidden: Application) -> None:
    verdict = session().query(Verdict).filter_by(application_id=hidden.id).one()
    verdict.outcome, verdict.reason_code = Outcome.PASS, None
    hidden.state = ApplicationState.ELIGIBLE


def test_every_mail_that_quotes_an_application_says_what_it_is_about() -> None:
    calls = [
        (path, node) for path, node in nodes(ast.Call) if getattr(node.func, "id", "") in ("notify", "notify_address")
    ]
    named = {place(path, node): {keyword.arg for keyword in node.keywords} for path, node in calls}
    assert [where for where, names in named.items() if "application" in names and "about" not in names] == []
