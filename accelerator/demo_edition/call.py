"""What Kobe's call of 2020 asked in its own words: tracks, channels, the city, the two months. The default form has none."""

from collections.abc import Iterator

from accelerator.core.db import session
from accelerator.intake.default_form.shapes import both, choice
from accelerator.intake.models import Form, Question, Track
from accelerator.intake.roles import QuestionRole
from accelerator.programmes.models import Edition

TRACKS = {
    "prevent": both("Prevention and care", "予防と医療"),
    "distance": both("Work, learning and life at a distance", "離れていてもできる仕事・学び・暮らし"),
    "recover": both("Recovery of local business", "地域経済の回復"),
}
CHANNELS = [
    choice("jetro", "JETRO", "JETRO"),
    choice("500", "500 Startups", "500 Startups"),
    choice("alumni", "A startup of an earlier year", "過去の参加企業"),
    choice("city", "The city", "市"),
    choice("press", "Press", "報道"),
    choice("social", "Social media", "SNS"),
    choice("search", "Search", "検索"),
    choice("other", "Other", "その他"),
]
LABELS = {
    "goals": both("What you want, and your goals for the two months", "期待することと、2か月間の目標"),
    "pilot": both("Do you want to run a pilot in the city?", "市内で実証実験を行いたいですか"),
    "settling": both("Do you intend to set up in the city?", "市内に拠点を置く予定はありますか"),
}
PROGRAMME = both("The programme and the city", "プログラムと開催都市")


def make_tracks(edition: Edition) -> None:
    """The three tracks; before the form is made, so that it asks for them."""
    session().add_all(Track(edition_id=edition.id, key=key, name=name) for key, name in TRACKS.items())
    session().flush()


def in_own_words(form: Form) -> None:
    """Put the call's own words into its copy of the default form."""
    for question in _questions(form):
        question.label = LABELS.get(question.key, question.label)
        if question.role is QuestionRole.CHANNEL:
            question.choices = CHANNELS
    next(section for section in form.sections if section.key == "programme").title = PROGRAMME
    session().flush()


def _questions(form: Form) -> Iterator[Question]:
    return (question for section in form.sections for question in section.questions)
