"""Forms: what was typed is kept, filtered and judged in plain words."""

import io
from datetime import datetime

import pytest
from sqlalchemy import func, select
from wtforms import FileField, SelectChoice, StringField
from wtforms.validators import Length

from accelerator.accounts.models import Person
from accelerator.core import db
from accelerator.core.errors import Refused
from accelerator.core.forms import (
    CheckboxesField,
    ChoiceField,
    DigitsField,
    Filled,
    Form,
    LineField,
    LocalMomentField,
    MoneyField,
    TextField,
    day_of,
)
from tests.factories import make_person

CHOICES = [SelectChoice("a", "A"), SelectChoice("b", "B")]


class Probe(Form):
    name = LineField("Name", [Filled("Enter a name.")])
    about = TextField("About", [Length(max=10, message="Shorten it.")])
    raw = StringField("Raw")
    number = DigitsField("Number")
    needed = DigitsField("Needed", [Filled()])
    money = MoneyField("Money")
    many = CheckboxesField("Many", choices=CHOICES)
    one = ChoiceField("One", choices=CHOICES, default="a")
    at = LocalMomentField("At")
    deck = FileField("Deck")


@pytest.fixture
def filled(app):
    """A function that fills the form as a browser would and judges it."""

    def fill(**data: object) -> Probe:
        with app.test_request_context("/", method="POST", data={"name": "N", "needed": "1", "one": "a", **data}):
            form = Probe()
            form.validate()
            return form

    return fill


class TestTexts:
    def test_lines_are_folded_and_texts_keep_their_lines(self, filled):
        form = filled(name="  A \n B ", about="a\r\nb", raw="x\x00y\u2028")
        assert (form.name.data, form.about.data, form.raw.data, form.problems) == ("A B", "a\nb", "xy", [])

    @pytest.mark.parametrize("typed", ["", "   ", "\u3000"])
    def test_nothing_but_spaces_is_nothing(self, filled, typed):
        form = filled(name=typed)
        assert form.problems == [("name", "Enter a name.")]

    def test_what_is_wrong_is_kept(self, filled):
        form = filled(about="longer than ten", number="many")
        assert (form.about.data, form.number._value()) == ("longer than ten", "many")
        assert form.problems == [("about", "Shorten it."), ("number", "Enter “Number” as a whole number, like 4200.")]

    def test_a_file_is_for_a_field_of_files_alone(self, filled):
        def upload() -> tuple[io.BytesIO, str]:
            return io.BytesIO(b"x"), "a.txt"

        parts = ("name", "about", "raw", "number", "money", "many", "one", "at")
        form = filled(**{part: upload() for part in (*parts, "deck")})
        assert [form[part].raw_data for part in parts] == [[]] * len(parts)
        assert form.deck.data.filename == "a.txt"


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [("4200", 4200), ("4,200", 4200), ("４２００", 4200), (" 4 200 ", 4200), ("-3", -3), ("", None)],
    )
    def test_are_read_as_people_type_them(self, filled, typed, read):
        form = filled(number=typed)
        assert (form.number.data, form.problems) == (read, [])

    @pytest.mark.parametrize("typed", ["4.5", "1e3", "many", "0x10", "²"])
    def test_others_are_refused(self, filled, typed):
        assert filled(number=typed).problems == [("number", "Enter “Number” as a whole number, like 4200.")]

    def test_a_needed_one_has_one_problem_only(self, filled):
        assert filled(needed="many").problems == [("needed", "Enter “Needed” as a whole number, like 4200.")]
        assert filled(needed="").problems == [("needed", "Fill in “Needed”.")]


class TestMoney:
    @pytest.mark.parametrize(("typed", "read"), [("4,200.50", "4200.50"), ("４２００", "4200"), ("", None)])
    def test_is_kept_as_decimal_text(self, filled, typed, read):
        form = filled(money=typed)
        assert (form.money.data, form.problems) == (read, [])

    @pytest.mark.parametrize("typed", ["much", "4.2.0", "nan", "inf", "-Infinity", "1e400", "1_000"])
    def test_others_are_refused_and_kept(self, filled, typed):
        form = filled(money=typed)
        assert (form.money.data, form.problems) == (typed, [("money", "Enter “Money” as a number, like 4200.")])


class TestChoices:
    def test_are_taken_from_the_list(self, filled):
        form = filled(many=["a", "b"], one="b")
        assert (form.many.data, form.one.data, form.problems) == (["a", "b"], "b", [])

    def test_others_are_refused(self, filled):
        assert filled(one="z").problems == [("one", "Choose one from the list.")]
        assert [target for target, _ in filled(many=["z"]).problems] == ["many"]


def test_a_wall_clock_is_read_without_a_zone(filled):
    assert filled(at="2020-10-15T17:30").at.data == datetime(2020, 10, 15, 17, 30)


class TestAttempt:
    @pytest.fixture
    def form(self, app):
        with app.test_request_context("/", method="POST"):
            yield Probe()

    def test_keeps_what_the_operation_wrote(self, form):
        with db.transaction():
            assert form.attempt(make_person, email="a@example.org") is True
        with db.reading() as session:
            assert session.scalars(select(Person.email)).all() == ["a@example.org"]

    def test_undoes_it_when_refused_and_says_why_beside_the_field(self, form):
        def operation(subject: str, *, mark: int) -> None:
            make_person()
            raise Refused(f"{subject} {mark} is taken.", field="number")

        with db.transaction() as session:
            make_person()
            assert form.attempt(operation, "Place", mark=3) is False
            assert session.scalar(select(func.count(Person.id))) == 1
        assert form.problems == [("number", "Place 3 is taken.")]

    def test_says_it_above_the_form_where_no_field_is_named(self, form):
        form.refuse(Refused("The call is closed.", field="unknown"))
        assert form.problems == [("", "The call is closed.")]

    def test_lets_faults_through(self, form):
        with pytest.raises(ZeroDivisionError), db.transaction():
            form.attempt(lambda: 1 / 0)


@pytest.mark.parametrize(("text", "year"), [("2020-10-15", 2020), ("15/10/2020", None), ("", None), (None, None)])
def test_a_day_of_a_query_string(text, year):
    found = day_of(text)
    assert (found.year if found else None) == year
