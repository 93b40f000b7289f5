"""What has to hold on SQLite and on PostgreSQL, with real commits: two at once, and the order of the list."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, Revision
from accelerator.intake.operations import beginning, sending
from accelerator.intake.queries import drafts, forms, listing
from accelerator.intake.queries.listing import Filters
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import make_application, make_edition, make_person
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.people import unconcerned
from tests.services.installations import Thread


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run the calls in threads of their own; the sentences with which some were refused."""
    refused: list[str] = []

    def guarded(call: Callable[[], object]) -> None:
        try:
            call()
        except Refused as refusal:
            refused.append(refusal.message)

    threads = [Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_four_clicks_on_send_make_one_revision(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        application = make_complete_draft(edition, make_form(edition))

    def click() -> None:
        with db.transaction() as session, scope.choose(edition.scope):
            here = session.get_one(Edition, edition.id)
            mine = drafts.application(here, application.reference)
            form = forms.current_form(here)
            assert mine is not None and form is not None
            sending.send(mine, forms.plain_form(form), edition=here, at=clock.now(), actor=mine.applicant)

    assert at_once(click, click, click, click) == []
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Revision.number)).all() == [1]
        assert sorted(session.scalars(select(Message.kind))) == ["application_sent", "founder_invited"]


def test_four_people_who_start_at_once_get_four_references(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        people = [make_person().id for _ in range(4)]

    def start(person_id: int) -> None:
        with db.transaction() as session, scope.choose(edition.scope):
            here, person = session.get_one(Edition, edition.id), session.get_one(Person, person_id)
            beginning.start_application(here, name="Same name", at=clock.now(), actor=person)

    assert at_once(*(lambda one=one: start(one) for one in people)) == []
    with db.reading() as session, scope.choose(edition.scope):
        rows = session.scalars(select(Application.reference).order_by(Application.reference)).all()
        slugs = {application.startup.slug for application in session.scalars(select(Application))}
    assert rows == ["A-0001", "A-0002", "A-0003", "A-0004"]
    assert len(slugs) == 4


def test_one_person_who_starts_twice_at_once_has_one_application(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        person_id = make_person().id

    def start() -> None:
        with db.transaction() as session, scope.choose(edition.scope):
            here, person = session.get_one(Edition, edition.id), session.get_one(Person, person_id)
            beginning.start_application(here, name="Mine", at=clock.now(), actor=person)

    assert at_once(start, start) == ["You already have A-0001. Open it and continue there."]


def test_pages_follow_each_other_by_the_instant_of_sending(any_database: str) -> None:
    now = clock.now()
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        made = [make_application(edition, submitted_at=now - timedelta(minutes=at // 2)).reference for at in range(60)]
    with db.reading(), scope.choose(edition.scope):
        for sort in ("submitted", "-submitted", "country"):
            filters, seen, mark = Filters(sort=sort), [], None
            while True:
                page = listing.rows(edition, unconcerned(), filters, mark=mark, size=25)
                seen += [row.reference for row in page.rows]
                mark = page.after
                if mark is None:
                    break
            assert sorted(seen) == sorted(made)
        assert listing.counts(edition, unconcerned()).views == {"all": 60, "abroad": 60, "home": 0, "sent": 60}
        assert listing.total(edition, unconcerned(), Filters(text="ESTON")) == 60
