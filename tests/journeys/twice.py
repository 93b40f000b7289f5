"""The ground of a firm that applies twice: two editions of one programme, the second one sealed until its call closes."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db
from accelerator.core.pdf_check import Harmless
from accelerator.intake.models import Application
from accelerator.intake.operations import files, sending
from accelerator.intake.operations.forms import create_form
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.mentoring.models import Session as MentorSession
from accelerator.programmes.models import Edition
from accelerator.screening.models import Outcome
from accelerator.screening.operations import editing, running, verdicts
from accelerator.selection.models import Choice, Offer
from accelerator.selection.operations import decisions, offers, releases
from tests.factories import make_edition, make_person, make_sector
from tests.factories.intake import complete_answers, make_draft, make_host, pdf
from tests.factories.mentoring import make_mentor
from tests.factories.startups import make_role
from tests.journeys.ground import FIRM, KEPT, inside

NAMES = {
    "kadri": ("Kadri", "Lepik"),
    "tiit": ("Tiit", "Saar"),
    "oona": ("Oona", "Kelp"),
    "maya": ("Maya", "Okafor"),
    "haruka": ("Haruka", "Sato"),
    "riku": ("Riku", "Mori"),
    "sora": ("Sora", "Ito"),
}
"""Two founders, the founder of another firm, a mentor, and a team of three; Tiit Saar has no account at first."""
TEAM = {"haruka": Role.ADMIN, "riku": Role.STAFF, "sora": Role.STAFF}


@dataclass(frozen=True)
class Story:
    """One telling: the language in which everybody reads, the firm, another firm, and what both editions are called."""

    language: str
    firm: str
    rival: str

    @property
    def first(self) -> str:
        """The edition of last year."""
        return f"harbour-2026-{self.language}"

    @property
    def second(self) -> str:
        """The edition of this year, which is sealed."""
        return f"harbour-2027-{self.language}"

    def address(self, who: str) -> str:
        """Where somebody's mail goes."""
        return f"{who}.{self.language}@example.org"

    def row(self, who: str, equity: int) -> dict[str, str]:
        """Somebody's line in the table of founders."""
        name = " ".join(NAMES[who])
        return {"name": name, "role": "Founder", "email": self.address(who), "equity": str(equity)}


def prepare(story: Story) -> None:
    """Two editions whose calls are open, each with its form, its rules and the team."""
    with db.transaction():
        common = {"places": 1, "closes_at": clock.now() + timedelta(days=1)}
        names = [{"en": f"Harbour {year}", "ja": f"みなと {year}"} for year in (2026, 2027)]
        first = make_edition(slug=story.first, name=names[0], **common)
        make_edition(slug=story.second, name=names[1], programme=first.programme, sealed=True, **common)
        for who in (*TEAM, "kadri", "oona", "maya"):
            known = dict(zip(("given_name", "family_name"), NAMES[who], strict=True), email=story.address(who))
            make_person(password_hash=KEPT, language=story.language, zone="Asia/Tokyo", **known)
    for slug in (story.first, story.second):
        with inside(slug) as (session, edition):
            make_sector(edition, "health", name={"en": "Health", "ja": "健康"})
            make_host(edition, "City of Kobe")
            create_form(edition, actor=None)
            editing.create_rules(edition, actor=None)
            for who, role in TEAM.items():
                make_role(edition, person(session, story.address(who)), role)
    with inside(story.second) as (session, edition):
        mentor = person(session, story.address("maya"))
        make_role(edition, mentor, Role.MENTOR)
        make_mentor(edition, person=mentor, slug=f"maya-{story.language}")
        make_draft(edition, name=story.rival, applicant=person(session, story.address("oona")))
    fill(replace(story, firm=story.rival), story.second, founder="oona")
    with inside(story.second) as (session, edition):
        draft, form = application(session, story.rival), current_form(edition)
        assert form is not None
        sending.send(draft, plain_form(form), edition=edition, at=clock.now(), actor=draft.applicant)


def person(session: Session, address: str) -> Person:
    """Whoever has this address."""
    return session.scalars(select(Person).where(Person.email == address)).one()


def application(session: Session, name: str) -> Application:
    """The firm's application in the edition that is chosen."""
    return session.scalars(select(Application).where(Application.name == name)).one()


def fill(story: Story, slug: str, founder: str = "kadri") -> None:
    """Let a draft be filled in, with a deck; what is there already stays."""
    with inside(slug) as (session, edition):
        draft, form = application(session, story.firm), current_form(edition)
        assert form is not None
        plain = plain_form(form)
        question = plain.question("deck")
        assert question is not None
        deck, who = Harmless(9, pdf(pages=9)), draft.applicant
        files.attach(draft, question, file=deck, name="deck.pdf", edition=edition, at=clock.now(), actor=who)
        row = {**story.row(founder, 60), "equity": 60, "full_time": True}
        draft.answers = {**complete_answers(plain, name=story.firm, founders=[row], **FIRM), **draft.answers}


def accept_in_first(story: Story) -> None:
    """Let the first edition have taken the firm: screened, offered, released by two people and accepted."""
    with inside(story.first) as (session, edition):
        staff, second, founder = (person(session, story.address(who)) for who in ("haruka", "riku", "kadri"))
        chosen = application(session, story.firm)
        _choose(edition, chosen, Choice.OFFER, staff)
        edition.closes_at = clock.now() - timedelta(hours=1)
        release = releases.prepare_release(edition, actor=staff)
        releases.approve_release(release, typed_count=1, actor=second)
        releases.release_decisions(release, actor=staff)
        offer = session.scalars(select(Offer).where(Offer.application_id == chosen.id)).one()
        offers.accept_offer(offer, actor=founder)
        edition.starts_on = clock.now().date() - timedelta(days=16)


def decline_rival(story: Story) -> None:
    """Let the other firm of the second edition be screened and decided on."""
    with inside(story.second) as (session, edition):
        staff = person(session, story.address("haruka"))
        _choose(edition, application(session, story.rival), Choice.DECLINE, staff)


def _choose(edition: Edition, chosen: Application, choice: Choice, staff: Person) -> None:
    running.run_rules(edition, [chosen], actor=staff)
    verdicts.give_verdict(chosen, outcome=Outcome.PASS, reason_code=None, comment="Looked at.", actor=staff)
    decisions.decide(chosen, choice=choice, actor=staff)


def let_session_pass(story: Story) -> str:
    """Let the only session of the second edition have begun an hour ago; how it is called."""
    with inside(story.second) as (session, _edition):
        booked = session.scalars(select(MentorSession)).one()
        length = booked.ends_at - booked.starts_at
        booked.starts_at = clock.now() - timedelta(hours=1)
        booked.ends_at = booked.starts_at + length
        return booked.reference
