"""A process keeps a form as it read it, and sees every change of it, whoever made it and wherever."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from accelerator.accounts.models import Person, Role
from accelerator.core import db, marks, scope
from accelerator.core.web import App
from accelerator.intake.models import Track
from accelerator.intake.operations.forms import change_question
from accelerator.intake.operations.questions import QuestionPlan
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.programmes.models import Edition, Sector
from tests.factories import make_coming_edition, make_edition, make_member
from tests.factories.intake import make_form

Form = tuple[Edition, Person]
ANOTHER = QuestionPlan({"en": "And why?", "ja": "なぜ"}, {"en": "", "ja": ""}, required=True, longest=600)


@pytest.fixture
def form(app: App) -> Iterator[Form]:
    with db.transaction():
        edition = make_coming_edition()
        with scope.choose(edition.scope):
            staff = make_member(edition, Role.STAFF)
            make_form(edition)
    with scope.choose(edition.scope):
        yield edition, staff


def label(edition: Edition, key: str = "problem") -> str:
    """What the question says on a page that is asked for now."""
    with db.reading():
        return label_here(edition, key)


def label_here(edition: Edition, key: str = "problem") -> str:
    """What the question says in the present session."""
    asked = current_form(edition)
    question = plain_form(asked).question(key) if asked else None
    return question.name if question else ""


def choices(edition: Edition) -> tuple[list[str], list[str]]:
    """What may be chosen as the sector and as the track."""
    with db.reading():
        asked = current_form(edition)
        assert asked is not None
        sector, track = (plain_form(asked).question(key) for key in ("sector", "track"))
        return sector.values if sector else [], track.values if track else []


def test_the_second_page_asks_for_no_question(form: Form, count_queries: list[str]) -> None:
    edition, _staff = form
    label(edition)
    count_queries.clear()
    assert label(edition)
    assert [statement for statement in count_queries if "question" in statement or "section" in statement] == []


def test_a_change_is_seen_by_the_next_page(form: Form) -> None:
    edition, staff = form
    before = label(edition)
    with db.transaction():
        change_question(db.session().get_one(Edition, edition.id), "problem", ANOTHER, actor=staff)
        assert label_here(edition) == "And why?"
    assert before != label(edition) == "And why?"


def test_a_change_by_another_process_is_seen(form: Form) -> None:
    edition, _staff = form
    label(edition)
    other = create_engine(db.engine().url)
    with other.begin() as connection:  # what this process's session hears nothing of
        changed = '{"en": "From elsewhere", "ja": "よそから"}'
        connection.execute(text("UPDATE question SET label = :label WHERE key = 'problem'"), {"label": changed})
        connection.execute(text("UPDATE form SET mark = 'elsewhere'"))
    other.dispose()
    assert label(edition) == "From elsewhere"


def test_what_is_rolled_back_is_not_kept(form: Form) -> None:
    edition, staff = form
    before = label(edition)
    with pytest.raises(LookupError), db.transaction():
        change_question(db.session().get_one(Edition, edition.id), "problem", ANOTHER, actor=staff)
        assert label_here(edition) == "And why?"
        raise LookupError
    assert label(edition) == before


def test_sectors_and_tracks_are_those_of_now(form: Form) -> None:
    edition, _staff = form
    sectors, _tracks = choices(edition)
    with db.transaction():
        db.add(Sector(edition_id=edition.id, key="space", name={"en": "Space", "ja": "宇宙"}))
        db.add(Track(edition_id=edition.id, key="ageing", name={"en": "Ageing", "ja": "高齢化"}))
    assert {*choices(edition)[0]} == {*sectors, "space"}
    with db.transaction():
        session = db.session()
        session.delete(session.query(Sector).filter_by(key="space").one())
    assert choices(edition)[0] == sectors


def test_an_application_keeps_a_bounded_number_of_things(app: App) -> None:
    with db.transaction():
        edition = make_edition()
    with db.reading():
        for number in range(3 * marks.MOST):
            assert marks.read_once(f"thing {number}", (edition,), lambda number=number: number) == number
        assert len(app.installation.kept) <= marks.MOST
