"""The team's pages of the form: making it, changing it before the call opens, and why it can't be changed any more."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.models import Application, ApplicationState, Audience, QuestionKind
from accelerator.intake.operations.forms import (
    add_question,
    ask_for_hosts,
    change_question,
    create_form,
    move_question,
    put_back_question,
    remove_question,
)
from accelerator.intake.operations.questions import QuestionPlan
from accelerator.intake.queries import drafts
from accelerator.intake.queries.form import (
    form_in_work,
    form_question,
    form_section,
    removed_question,
    removed_questions,
)
from accelerator.intake.queries.forms import current_form, plain_form, tracks
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_coming_edition, make_edition, make_member, make_person, make_sector
from tests.factories.intake import complete_answers, make_deck, make_form, make_host
from tests.factories.trail import all_changes
from tests.services.installations import Thread

SAYS = {"en": "Why Kobe?", "ja": "なぜ神戸ですか"}
NO_HELP = {"en": "", "ja": ""}
WORDS = {"label_en": "Why Kobe?", "label_ja": "なぜ神戸ですか", "help_en": "", "help_ja": ""}


def staffed(*, form: bool = True, **values: Any) -> tuple[Edition, Person]:
    """An edition with a member of its team, and mostly with a form."""
    with db.transaction():
        edition = make_coming_edition()
        with scope.choose(edition.scope):
            person = make_member(edition, Role.STAFF, **values)
            if form:
                make_form(edition)
    return edition, person


def here(edition: Edition) -> Edition:
    """The edition in this transaction; it comes from an earlier one."""
    return db.session().get_one(Edition, edition.id)


def question(edition: Edition, key: str) -> Any:
    """A question of the form as it is stored now."""
    with db.reading(), scope.choose(edition.scope):
        found = form_question(edition, key)
        return found.question if found else None


def keys(edition: Edition, section_key: str) -> list[str] | None:
    """The questions of a page in order, None if there is no such page."""
    with db.reading(), scope.choose(edition.scope):
        found = form_section(edition, section_key)
        return [one.key for one in found.section.questions] if found else None


def trail(edition: Edition, action: str) -> list[dict[str, Any]]:
    """What the trail says about acts of a kind."""
    with db.reading() as session:
        statement = select(AuditEntry).where(AuditEntry.scope_key == edition.id, AuditEntry.action == action)
        return [all_changes(one) for one in session.scalars(statement.order_by(AuditEntry.id))]


class TestPage:
    def test_without_a_form_it_says_what_the_default_holds(self, browser: Browser) -> None:
        edition, person = staffed(form=False)
        page = browser.sign_in(person).get(f"/editions/{edition.slug}/form").text
        assert "There is no form yet" in page
        assert [section.title["en"] for section in SECTIONS if f". {section.title['en']}</h3>" not in page] == []
        assert "this edition has none yet" in page
        assert "so the form does not ask about sharing" in page

    def test_the_button_makes_the_form_once(self, browser: Browser) -> None:
        edition, person = staffed(form=False)
        path = f"/editions/{edition.slug}/form"
        answer = browser.sign_in(person).post(path)
        assert (answer.status_code, answer.location) == (302, path)
        page = browser.get(path).text
        assert "61 questions on 11 pages" in page
        assert "this edition has none" not in page, "another sector can be named"
        assert trail(edition, "form.created") == [{"version": [None, 1]}]
        assert "This edition already has a form." in browser.post(path).text
        assert len(trail(edition, "form.created")) == 1

    @pytest.mark.parametrize(
        ("language", "shown"),
        [
            (
                "en",
                [
                    "50 to 800 characters",
                    "1900 to this year",
                    "Only if “Country of the head office” is “Japan”.",
                    "PDF of at most 20 MB and 30 pages",
                    "Read by: The team only",
                    "8 choices",
                    "Screening checks the answer.",
                    "Not more than “Own money since founding”",
                    "At least 4 hours a week",
                    "2 decimal places",
                ],
            ),
            (
                "ja",
                [
                    "50～800文字",
                    "1900～今年",
                    "「本社のある国・地域」が「日本」の場合に答えてください。",
                    "PDF、20 MB・30ページまで",
                    "閲覧できる人：事務局のみ",
                    "選択肢8件",
                ],
            ),
        ],
    )
    def test_it_says_in_words_what_is_asked(self, browser: Browser, language: str, shown: list[str]) -> None:
        edition, person = staffed(language=language)
        page = browser.sign_in(person).get(f"/editions/{edition.slug}/form").text
        assert [text for text in shown if text not in page] == []
        assert "What you do, in one line" in page
        assert "事業を一行で" in page

    def test_choices_are_folded_until_all_are_asked_for(self, browser: Browser) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form"
        folded, shown = (browser.sign_in(person).get(path + more).text for more in ("", "?choices=all"))
        assert (folded.count('<details class="small" open>'), folded.count('<details class="small">')) == (0, 17)
        assert (shown.count('<details class="small" open>'), shown.count('<details class="small">')) == (17, 0)

    @pytest.mark.parametrize("removed", [0, 3])
    def test_its_statements_are_bounded(self, browser: Browser, count_queries: list[str], removed: int) -> None:
        edition, person = staffed()
        with db.transaction(), scope.choose(edition.scope):
            for key in ("runway", "rights", "tags")[:removed]:
                remove_question(here(edition), key, actor=person)
        browser.sign_in(person)
        count_queries.clear()
        assert browser.get(f"/editions/{edition.slug}/form").status_code == 200
        assert len(count_queries) == 11

    def test_others_do_not_see_it(self, browser: Browser) -> None:
        edition, _person = staffed()
        _other, stranger = staffed()
        with db.transaction():
            founder = make_member(edition, Role.FOUNDER)
        base = f"/editions/{edition.slug}/form"
        assert browser.get(base).location == f"/sign-in?next={base}"
        for person in (stranger, founder):
            browser.sign_in(person)
            got = [browser.get(base + more).status_code for more in ("", "/questions/goals", "/sections/funds/add")]
            sent = [
                browser.post(base + more, {**WORDS, "kind": "short", "audience": "staff"}).status_code
                for more in (
                    "",
                    "/hosts",
                    "/questions/goals",
                    "/questions/goals/move",
                    "/questions/goals/remove",
                    "/questions/goals/put-back",
                    "/sections/funds/add",
                )
            ]
            assert (got, sent) == ([404] * 3, [404] * 7)

    def test_what_is_not_there_is_not_found(self, browser: Browser) -> None:
        edition, person = staffed()
        browser.sign_in(person)
        paths = ("/questions/nothing", "/sections/nothing/add")
        assert [browser.get(f"/editions/{edition.slug}/form{path}").status_code for path in paths] == [404, 404]
        assert browser.post(f"/editions/{edition.slug}/form/questions/goals/put-back").status_code == 404


class TestChanging:
    def test_words_and_limit_are_changed_with_a_trail(self, browser: Browser) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/questions/goals"
        page = browser.sign_in(person).get(path).text
        assert 'value="What you want, and your goals for the programme"' in page
        typed = {**WORDS, "help_en": "Two lines.", "help_ja": "2行で。", "longest": "５００"}
        answer = browser.post(path, typed)
        assert answer.location == f"/editions/{edition.slug}/form#q-goals"
        stored = question(edition, "goals")
        assert (stored.label, stored.help, stored.required, stored.limits) == (
            SAYS,
            {"en": "Two lines.", "ja": "2行で。"},
            False,
            {"max": 500},
        )
        assert trail(edition, "form.question_changed") == [
            {
                "question": {
                    "en": "What you want, and your goals for the programme",
                    "ja": "期待することと、期間中の目標",
                },
                "label": [
                    {"en": "What you want, and your goals for the programme", "ja": "期待することと、期間中の目標"},
                    SAYS,
                ],
                "help": [None, {"en": "Two lines.", "ja": "2行で。"}],
                "required": [True, False],
                "limits": [{"max": 600}, {"max": 500}],
            }
        ]

    def test_saving_without_a_change_leaves_no_trail(self, tx: Session) -> None:
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            actor = make_person()
            stored = form_question(edition, "goals")
            assert stored is not None
            plan = QuestionPlan(stored.question.label, NO_HELP, required=True, longest=600)
            change_question(edition, "goals", plan, actor=actor)
            assert tx.scalars(select(AuditEntry.id).where(AuditEntry.action == "form.question_changed")).all() == []

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({"label_ja": " "}, "Ask the question in Japanese."),
            ({"help_ja": "日本語だけ"}, "Give the help in both languages, or in none."),
            ({"longest": "many"}, "Enter “Maximum characters” as a whole number, like 4200."),
            ({"longest": ""}, "Enter a number from 50 to 5000."),
            ({"longest": "49"}, "Enter a number from 50 to 5000."),
        ],
    )
    def test_errors_stand_beside_the_field_with_what_was_typed(
        self, browser: Browser, typed: dict[str, str], message: str
    ) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/questions/problem"
        answer = browser.sign_in(person).post(path, {**WORDS, "longest": "700", **typed})
        assert answer.status_code == 422
        assert answer.text.count(message) == 2
        assert 'value="Why Kobe?"' in answer.text
        assert question(edition, "problem").label["en"] == "The problem, and who has it"

    def test_what_others_count_on_keeps_all_but_its_words(self, browser: Browser) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/questions/name"
        page = browser.sign_in(person).get(path).text
        assert page.count("It cannot be changed. Lists, search and reports use the answer.") == 2
        assert page.count(" disabled") == 2
        assert browser.post(path, {**WORDS, "longest": "7"}).status_code == 302
        stored = question(edition, "name")
        assert (stored.label, stored.required, stored.limits) == (SAYS, True, {"max": 120, "fold": True})

    @pytest.mark.parametrize(
        ("key", "plan", "message"),
        [
            ("name", QuestionPlan(SAYS, NO_HELP, required=False, longest=120), "Lists, search and reports"),
            ("name", QuestionPlan(SAYS, NO_HELP, required=True, longest=10), "Lists, search and reports"),
            ("consent_processing", QuestionPlan(SAYS, NO_HELP, required=False), "declare or agree to"),
            (
                "pilot",
                QuestionPlan(SAYS, NO_HELP, required=True, choices=[SAYS, {"en": "No", "ja": "いいえ"}]),
                "site you need” depends",
            ),
            (
                "capital_currency",
                QuestionPlan(SAYS, NO_HELP, required=True, choices=[SAYS, SAYS]),
                "uses these choices",
            ),
            ("gone", QuestionPlan(SAYS, NO_HELP, required=True), "removed in the meantime"),
            ("goals", QuestionPlan({"en": "Goals", "ja": ""}, NO_HELP, required=True, longest=600), "both languages"),
        ],
    )
    def test_operations_refuse_by_themselves(self, tx: Session, key: str, plan: QuestionPlan, message: str) -> None:
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            with pytest.raises(Refused, match=message):
                change_question(edition, key, plan, actor=make_person())

    def test_choices_keep_their_value_while_a_label_stays(self, browser: Browser) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/questions/settling"
        browser.sign_in(person)
        refused = browser.post(path, {**WORDS, "choices": "No | ありません\nNever | もう"})
        assert refused.status_code == 302
        assert [choice["value"] for choice in question(edition, "settling").choices] == [
            "none",
            "considering",
            "planned",
        ]
        path = f"/editions/{edition.slug}/form/questions/channel"
        lines = "Press ｜ 新聞\nAn event | 催し\n\nA friend | 友人\nA friend's friend | 友人の友人"
        assert browser.post(path, {**WORDS, "choices": lines}).status_code == 302
        assert question(edition, "channel").choices == [
            {"value": "press", "label": {"en": "Press", "ja": "新聞"}},
            {"value": "event", "label": {"en": "An event", "ja": "催し"}},
            {"value": "choice_a_friend", "label": {"en": "A friend", "ja": "友人"}},
            {"value": "choice_a_friend_s_friend", "label": {"en": "A friend's friend", "ja": "友人の友人"}},
        ]

    def test_tracks_of_the_call_are_its_choices(self, browser: Browser) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/questions/track"
        page = browser.sign_in(person).get(path).text
        assert "Recover | recover" in page
        assert browser.post(path, {**WORDS, "choices": "Sea | 海\nRecovery | recover"}).status_code == 302
        with db.reading(), scope.choose(edition.scope):
            assert [(track.key, track.name) for track in tracks(edition)] == [
                ("choice_sea", {"en": "Sea", "ja": "海"}),
                ("recover", {"en": "Recovery", "ja": "recover"}),
            ]
        assert trail(edition, "form.question_changed")[0]["choices"] == [
            ["Prevent", "Distance", "Recover"],
            ["Sea", "Recovery"],
        ]


class TestAdding:
    @pytest.mark.parametrize(
        ("kind", "more", "limits", "choices"),
        [
            ("short", {}, {"max": 120}, []),
            ("long", {"longest": "900"}, {"max": 900}, []),
            ("number", {}, {}, []),
            ("date", {}, {}, []),
            ("url", {}, {"max": 300}, []),
            ("choice", {"choices": "Sea | 海\nHill | 山"}, {}, [("choice_sea", "海"), ("choice_hill", "山")]),
            ("choices", {"choices": "Sea | 海"}, {}, [("choice_sea", "海")]),
        ],
    )
    def test_each_kind_comes_last_on_its_page(
        self, browser: Browser, kind: str, more: dict[str, str], limits: dict[str, int], choices: list[tuple[str, str]]
    ) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/sections/programme/add"
        assert browser.sign_in(person).get(path).status_code == 200
        answer = browser.post(path, {**WORDS, "kind": kind, "audience": "staff", "required": "y", **more})
        assert answer.location == f"/editions/{edition.slug}/form#s-programme"
        stored = question(edition, "own_why_kobe")
        assert keys(edition, "programme") == ["goals", "pilot", "pilot_plan", "settling", "settling_on", "own_why_kobe"]
        assert (stored.kind, stored.label, stored.help, stored.required, stored.limits, stored.audience) == (
            QuestionKind(kind),
            SAYS,
            None,
            True,
            limits,
            Audience.STAFF,
        )
        assert [(choice["value"], choice["label"]["ja"]) for choice in stored.choices] == choices
        entry = trail(edition, "form.question_added")[0]
        assert (entry["label"], entry["kind"], entry["position"]) == ([None, SAYS], [None, kind], [None, 6])

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ({"kind": "choice"}, "Enter at least two choices, one per line."),
            ({"kind": "choice", "choices": "Sea | 海\nHill"}, "Write line 2 as English | 日本語."),
            ({"kind": "choice", "choices": "Sea | 海\n\nSea | 湖"}, "Line 3 repeats an earlier choice."),
            ({"kind": "choices", "choices": "Sea | " + "海" * 121}, "Shorten line 1:"),
            ({"kind": "short", "choices": "Sea | 海"}, "Answers of this kind have no choices."),
            ({"kind": "date", "longest": "9"}, "Answers of this kind have no length limit."),
            ({"kind": "short", "longest": "301"}, "Enter a number from 1 to 300."),
            ({"kind": "founders"}, "Choose one from the list."),
            ({"label_en": ""}, "Ask the question in English."),
        ],
    )
    def test_errors_stand_beside_the_field_with_what_was_typed(
        self, browser: Browser, typed: dict[str, str], message: str
    ) -> None:
        edition, person = staffed()
        path = f"/editions/{edition.slug}/form/sections/programme/add"
        answer = browser.sign_in(person).post(path, {**WORDS, "kind": "short", "audience": "staff", **typed})
        assert answer.status_code == 422
        assert answer.text.count(message) == 2
        assert 'value="なぜ神戸ですか"' in answer.text
        assert len(keys(edition, "programme") or ()) == 5

    def test_equal_questions_get_keys_of_their_own(self, tx: Session) -> None:
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            actor, plan = make_person(), QuestionPlan({"en": "なぜ", "ja": "なぜ"}, NO_HELP, required=False)
            more: dict[str, Any] = {"kind": QuestionKind.SHORT, "audience": Audience.STAFF, "actor": actor}
            first = add_question(edition, "funds", plan, **more).key
            remove_question(edition, first, actor=actor)
            assert (first, add_question(edition, "funds", plan, **more).key) == ("own", "own_2")


class TestOrder:
    def test_questions_move_inside_their_page(self, browser: Browser) -> None:
        edition, person = staffed()
        base = f"/editions/{edition.slug}/form/questions"
        browser.sign_in(person)
        assert browser.post(f"{base}/solution/move", {"by": "earlier"}).location == (
            f"/editions/{edition.slug}/form#q-solution"
        )
        assert keys(edition, "product") == ["solution", "problem", "market"]
        browser.post(f"{base}/solution/move", {"by": "earlier"})
        browser.post(f"{base}/market/move", {"by": "later"})
        assert keys(edition, "product") == ["solution", "problem", "market"]
        browser.post(f"{base}/solution/move", {"by": "later"})
        browser.post(f"{base}/solution/move", {"by": "later"})
        assert keys(edition, "product") == ["problem", "market", "solution"]
        assert trail(edition, "form.question_moved") == [
            {"question": {"en": "Your solution", "ja": "解決策"}, "position": pair} for pair in ([2, 1], [1, 2], [2, 3])
        ]


class TestRemoving:
    def test_a_question_goes_and_comes_back_as_it_was(self, browser: Browser) -> None:
        edition, person = staffed()
        base = f"/editions/{edition.slug}/form"
        before, columns = (
            keys(edition, "business"),
            ("kind", "label", "help", "required", "limits", "choices", "audience"),
        )
        tags = question(edition, "tags")
        answer = browser.sign_in(person).post(f"{base}/questions/tags/remove")
        assert answer.location == f"{base}#removed"
        assert keys(edition, "business") == [key for key in before or () if key != "tags"]
        assert "Removed questions" in browser.get(base).text
        assert browser.post(f"{base}/questions/tags/put-back").location == f"{base}#q-tags"
        again = question(edition, "tags")
        assert keys(edition, "business") == before
        assert [getattr(again, name) for name in columns] == [getattr(tags, name) for name in columns]
        assert "Removed questions" not in browser.get(base).text
        assert browser.post(f"{base}/questions/tags/put-back").status_code == 404
        removed, added = trail(edition, "form.question_removed")[0], trail(edition, "form.question_added")[0]
        assert {name: sides[0] for name, sides in removed.items() if name != "section"} == {
            name: sides[1] for name, sides in added.items() if name != "section"
        }

    @pytest.mark.parametrize(
        ("key", "why"),
        [
            ("name", "Lists, search and reports use the answer."),
            ("website", "The answer is copied to the startup record."),
            ("deck", "Screening checks the answer."),
            ("consent_hosts", "Applicants declare or agree to it."),
            ("declarations", "Applicants declare or agree to it."),
            ("pilot", "“With whom, and which data or site you need” depends on it. Remove that question first."),
            ("users_definition", "“Users or customers” depends on it. Remove that question first."),
            ("capital_own", "“Own money in the last 12 months” depends on it. Remove that question first."),
            ("capital_currency", "“Own money since founding” depends on it. Remove that question first."),
        ],
    )
    def test_what_others_count_on_stays_and_says_why(self, browser: Browser, key: str, why: str) -> None:
        edition, person = staffed()
        base = f"/editions/{edition.slug}/form"
        page = browser.sign_in(person).get(base).text
        assert f'<span class="small soft" id="stays-{key}">It cannot be removed. {why}</span>' in page
        assert f"{base}/questions/{key}/remove" not in page
        answer = browser.post(f"{base}/questions/{key}/remove")
        assert (answer.status_code, why in answer.text) == (409, True)
        assert question(edition, key) is not None

    def test_the_last_question_takes_its_page_along_and_brings_it_back(self, tx: Session) -> None:
        edition = make_coming_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            actor, whole = make_person(), form_in_work(edition)
            assert whole is not None
            order = [section.key for section in whole.form.sections]
            funds = next(section for section in whole.form.sections if section.key == "funds")
            names = [one.key for one in funds.questions]
            gone = [remove_question(edition, key, actor=actor) for key in reversed(names)]
            assert gone == [False] * (len(names) - 1) + [True]
            assert form_section(edition, "funds") is None
            removed = removed_question(edition, "capital_own")
            assert removed is not None
            with pytest.raises(
                Refused, match=r"^It depends on “Currency of these amounts”\. Restore that question first\.$"
            ):
                put_back_question(edition, removed, actor=actor)
            for one in removed_questions(whole):
                put_back_question(edition, one, actor=actor)
            again = form_in_work(edition)
            assert again is not None
            assert [section.key for section in again.form.sections] == order
            assert [
                one.key for one in next(section for section in again.form.sections if section.key == "funds").questions
            ] == names
            with pytest.raises(Refused, match="already in the form"):
                put_back_question(edition, removed, actor=actor)


class TestHosts:
    def test_organisations_that_came_later_are_taken_over(self, browser: Browser) -> None:
        edition, person = staffed(form=False)
        with db.transaction(), scope.choose(edition.scope):
            make_form(edition, hosts=0)
            make_host(edition, "City of Kobe")
        base, told = f"/editions/{edition.slug}/form", "have changed since the form was created"
        assert told in browser.sign_in(person).get(base).text
        assert browser.post(f"{base}/hosts").location == base
        assert [choice["label"]["en"] for choice in question(edition, "consent_hosts").choices] == ["City of Kobe"]
        assert (keys(edition, "agreements") or [])[-1] == "consent_hosts"
        assert told not in browser.get(base).text
        with db.transaction(), scope.choose(edition.scope):
            make_host(edition, "Port of Kobe")
        browser.post(f"{base}/hosts")
        browser.post(f"{base}/hosts")
        assert [one["hosts"] for one in trail(edition, "form.question_changed")] == [
            [[], ["City of Kobe"]],
            [["City of Kobe"], ["City of Kobe", "Port of Kobe"]],
        ]

    def test_without_any_the_question_goes(self, tx: Session) -> None:
        edition = make_edition()
        with scope.choose(edition.scope):
            host = make_host(edition)
            create_form(edition, actor=None)
            host.shares_data = False
            ask_for_hosts(edition, actor=make_person())
            assert form_question(edition, "consent_hosts") is None


PLAN = QuestionPlan(SAYS, NO_HELP, required=False, longest=600)
ACTS: list[Callable[[Edition, Person], object]] = [
    lambda edition, actor: change_question(edition, "goals", PLAN, actor=actor),
    lambda edition, actor: move_question(edition, "pilot", earlier=True, actor=actor),
    lambda edition, actor: remove_question(edition, "goals", actor=actor),
    lambda edition, actor: ask_for_hosts(edition, actor=actor),
    lambda edition, actor: add_question(
        edition, "funds", PLAN, kind=QuestionKind.LONG, audience=Audience.STAFF, actor=actor
    ),
]


class TestClosed:
    @pytest.mark.parametrize("act", ACTS)
    def test_nothing_changes_once_the_call_has_closed(
        self, tx: Session, act: Callable[[Edition, Person], object]
    ) -> None:
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            edition.closes_at = clock.now() - timedelta(minutes=1)
            with pytest.raises(Refused, match="The call has closed, so the form no longer changes"):
                act(edition, make_person())

    def test_the_page_says_so_and_has_no_buttons(self, browser: Browser) -> None:
        edition, person = staffed()
        with db.transaction(), scope.choose(edition.scope):
            remove_question(here(edition), "tags", actor=person)
            opened = here(edition)
            opened.opens_at, opened.closes_at = (clock.now() - timedelta(days=days) for days in (9, 2))
        base = f"/editions/{edition.slug}/form"
        page = browser.sign_in(person).get(base).text
        assert "The call has closed, so the form no longer changes: it stays as it was answered." in page
        assert (f"{base}/questions" in page, f"{base}/sections" in page, "Removed questions" in page) == (False,) * 3
        assert browser.get(f"{base}/questions/goals").location == f"{base}#q-goals"
        assert browser.get(f"{base}/sections/funds/add").location == f"{base}#s-funds"
        answer = browser.post(f"{base}/questions/goals", WORDS | {"longest": "600"})
        assert (answer.status_code, "The call has closed" in answer.text) == (422, True)
        assert browser.post(f"{base}/questions/tags/put-back").status_code == 409
        assert question(edition, "tags") is None


def test_two_at_once_remove_a_question_once(any_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        actor = make_person()
    refused: list[str] = []
    both_have_read = Barrier(2)

    def click() -> None:
        try:
            with db.transaction(), scope.choose(edition.scope):
                page = form_question(here(edition), "tags")  # held, as the view holds it
                with suppress(BrokenBarrierError):  # SQLite lets only one of them begin
                    both_have_read.wait(timeout=1)
                remove_question(here(edition), "tags", actor=actor)
                assert page is not None
        except Refused as refusal:
            refused.append(refusal.message)

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (refused, len(trail(edition, "form.question_removed"))) == (
        ["This question was removed in the meantime. Reload the page."],
        1,
    )
    with db.transaction(), scope.choose(edition.scope):
        removed = removed_question(here(edition), "tags")
        assert removed is not None
        put_back_question(here(edition), removed, actor=actor)
    assert (keys(edition, "business") or [])[:3] == ["sector", "sector_other", "tags"]


def test_a_form_made_by_the_page_is_answered_and_sent(browser: Browser) -> None:
    edition, staff = staffed(form=False)
    base = f"/editions/{edition.slug}/form"
    with db.transaction(), scope.choose(edition.scope):
        make_sector(edition, "health")
        make_host(edition)
        applicant = make_person()
    browser.sign_in(staff).post(base)
    browser.post(
        f"{base}/sections/programme/add",
        {**WORDS, "kind": "choice", "audience": "staff", "choices": "Sea | 海\nHill | 山", "required": "y"},
    )
    browser.post(f"{base}/questions/track", {**WORDS, "choices": "Sea | 海"})
    browser.post(f"{base}/questions/runway/remove")
    with db.transaction():
        here(edition).opens_at = clock.now()
    browser.sign_in(applicant).post(f"/calls/{edition.slug}/apply", {"name": "Northbreath"})
    mine = f"/editions/{edition.slug}/my/A-0001"
    with db.transaction(), scope.choose(edition.scope):
        application = drafts.application(edition, "A-0001")
        form = current_form(edition)
        assert application is not None and form is not None
        make_deck(application)
        answers = complete_answers(plain_form(form), track="choice_sea")
        application.answers = {**application.answers, **answers}
    section = browser.get(f"{mine}/sections/programme").text
    assert 'name="own_why_kobe" value="choice_hill"' in section
    assert browser.post(f"{mine}/send").location == f"{mine}/check"
    with db.transaction(), scope.choose(edition.scope):
        application = drafts.application(edition, "A-0001")
        assert application is not None
        application.answers = {**application.answers, "own_why_kobe": "choice_hill"}
    assert browser.post(f"{mine}/send").location == f"{mine}/receipt"
    with db.reading() as session, scope.choose(edition.scope):
        sent = session.scalars(select(Application)).one()
        assert (sent.state, sent.revision_number) == (ApplicationState.SENT, 1)
        assert sent.submitted_at is not None and sent.submitted_at <= clock.now()
