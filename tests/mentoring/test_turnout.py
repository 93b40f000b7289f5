"""Who came, out of what the sides say: no database, no clock."""

from itertools import product

from accelerator.mentoring.turnout import ANSWERS, Attendance, Turnout, agreed, answer_of, disputed, held


def test_an_answer_is_kept_as_it_was_given():
    assert [answer_of(turnout) for turnout in ANSWERS.values()] == list(ANSWERS)
    assert answer_of(Turnout(Attendance.UNKNOWN, Attendance.MISSED)) == "unknown"


def test_what_the_sides_agree_on_never_contradicts_the_state():
    """The three CHECKs of the table: whatever two sides say, held has nobody missing and missed not both present."""
    for first, second in product(ANSWERS.values(), repeat=2):
        turnout = agreed([first, second])
        states = {held([first, second])} - {None} or {first.held, second.held}
        for was_held in states:
            assert not (was_held and Attendance.MISSED in turnout)
            assert was_held or not turnout.held


def test_a_dispute_is_about_the_meeting_or_about_a_side():
    said = {
        pair: disputed([ANSWERS[name] for name in pair]) for pair in product(("both", "no_mentor", "unknown"), repeat=2)
    }
    assert {pair for pair, differs in said.items() if differs} == {
        ("both", "no_mentor"),
        ("no_mentor", "both"),
        ("both", "unknown"),
        ("unknown", "both"),
    }
    assert disputed([ANSWERS["no_mentor"], ANSWERS["no_startup"]])
    assert not disputed([])
