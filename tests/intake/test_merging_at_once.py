"""Two people who merge the same two records at once: one does, the other one is told. On both databases, with commits."""

import threading

from sqlalchemy import func, select

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.models import Application
from accelerator.intake.operations import merging
from accelerator.startups.models import Startup, StartupMerge
from tests.factories import make_application, make_edition, make_member, make_startup
from tests.services.databases import any_database
from tests.services.installations import Thread

__all__ = ["any_database"]


def test_two_people_merge_at_once(any_database: str) -> None:
    with db.transaction():
        editions = [make_edition(), make_edition()]
        for edition in editions:
            with scope.choose(edition.scope):
                make_application(edition, startup=make_startup(name="Northbreath"))
        people = [make_member(editions[0], Role.ADMIN).id for _each in "12"]
        first, second = session().scalars(select(Startup.id).order_by(Startup.id)).all()
    barrier, answers = threading.Barrier(2), list[str]()

    def merge(person_id: int, kept_id: int, gone_id: int) -> None:
        barrier.wait()
        try:
            with db.transaction(), scope.choose(editions[0].scope):
                kept, gone = (session().get_one(Startup, key) for key in (kept_id, gone_id))
                actor = session().get_one(Person, person_id)
                merging.merge_startups(kept, gone, shown={}, counting={}, actor=actor)
        except Refused as refusal:
            answers.append(refusal.message)
        else:
            answers.append("merged")

    pairs = ((people[0], first, second), (people[1], second, first))
    threads = [Thread(target=merge, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["These two were merged in the meantime.", "merged"]
    with db.reading(), scope.everywhere():
        assert session().scalar(select(func.count()).select_from(StartupMerge)) == 1
        kept_id = session().scalars(select(StartupMerge.kept_id)).one()
        assert set(session().scalars(select(Application.startup_id))) == {kept_id}
