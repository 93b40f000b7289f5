"""Reviews: drafts, submitting, sums, stepping aside, and who may see what."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, db, scope, storage
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.core.versions import Stale
from accelerator.intake.models import (
    ApplicationState,
    Attachment,
    Audience,
    ConflictKind,
    Question,
    QuestionKind,
    Revision,
    Section,
)
from accelerator.scoring import rules
from accelerator.scoring.models import AssignmentState, Fit, RoundState, SeeOthers
from accelerator.scoring.operations import assigning, reviews
from accelerator.scoring.operations.conflicts import declare_conflict
from accelerator.scoring.queries import assigned_reviews, ranking, rounds
from accelerator.scoring.queries.assigned_reviews import AssignedReview
from accelerator.scoring.queries.conflicts import judged_application
from accelerator.scoring.queries.queue import queue_page
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import (
    NOTE,
    answers,
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
    marks,
    posted,
)

S = AssignmentState


@pytest.fixture
def desk(app):
    """An open blind round, two reviewers, two applications, all four reads to do."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        first, second = make_reviewer(round_, edition), make_reviewer(round_, edition)
        one, two = make_eligible(edition, name="Secret Firm"), make_eligible(edition, name="Hidden Works")
        assigning.ensure_entries(round_)
        for position, application in enumerate((one, two), 1):
            for reviewer in (first, second):
                make_assignment(round_, application, reviewer, position=position)
    return edition, round_, (first, second), (one, two)


def fresh(edition, person, application):
    found = assigned_reviews.assigned_review(edition, person, application.reference)
    assert isinstance(found, AssignedReview)
    return found


def test_submitting_counts_at_once_and_asks_for_one_fit_a_minute(desk):
    edition, round_, (first, second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        db.add(
            Fit(
                edition_id=edition.id,
                round_id=round_.id,
                made_at=clock.now(),
                scores=0,
                places=17,
                method="mean",
                variances={},
                reliability={},
                reviewers=[],
                swaps={},
                stale=False,
            )
        )
        reviews.submit_review(fresh(edition, first, one), answers(5), version=0, actor=first)
        mixed = answers(3, marks={**marks(3), "team": 5})
        reviews.submit_review(fresh(edition, second, one), mixed, version=0, actor=second)
        entry = ranking.entry_of(round_, one)
        assert (entry.reads, entry.raw_mean, entry.spread) == (2, 4.25, 1.5)
        assert rounds.latest_fit(round_).stale is True
        assert len(db.session().scalars(select(JobRow).where(JobRow.name == "scoring.fit_ranking")).all()) <= 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"marks": {**marks(), "team": 6}}, "Score “Team”."),
        ({"marks": {"team": 3}}, "Score “Problem and market”."),
        ({"recommendation": None}, "Say whether the committee should talk to them."),
        ({"confidence": None}, "Say how sure you are."),
        ({"note": "x" * 49 + " " * 9}, "Write at least 50 characters to the committee."),
    ],
)
def test_an_incomplete_review_is_refused_with_its_reason(desk, changed, sentence):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        with pytest.raises(Refused) as refusal:
            reviews.submit_review(fresh(edition, first, one), answers(4, **changed), version=0, actor=first)
        assert refusal.value.message == sentence


def test_a_draft_keeps_what_is_there_and_an_old_page_overwrites_nothing(desk):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        draft = reviews.save_draft(fresh(edition, first, one), answers(2, note="Short"), version=0, actor=first)
        assert (draft.version, draft.total, draft.submitted_at) == (1, None, None)
        assert fresh(edition, first, one).assignment.state is S.STARTED
        with pytest.raises(Stale):
            reviews.save_draft(fresh(edition, first, one), answers(5, note="Older"), version=0, actor=first)
        assert fresh(edition, first, one).review.note == "Short"


def test_a_submitted_review_can_be_changed_until_the_round_closes(desk):
    edition, round_, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        reviews.submit_review(fresh(edition, first, one), answers(5), version=0, actor=first)
        with pytest.raises(Refused, match="Save it as a whole"):
            reviews.save_draft(fresh(edition, first, one), answers(1), version=1, actor=first)
        reviews.submit_review(fresh(edition, first, one), answers(2), version=1, actor=first)
        assert ranking.entry_of(round_, one).raw_mean == 2.0
        db.session().merge(round_).state = RoundState.CLOSED
        db.session().flush()
        with pytest.raises(Refused, match="is closed"):
            reviews.submit_review(fresh(edition, first, one), answers(3), version=2, actor=first)


def test_abstaining_takes_the_score_out_of_the_sums(desk):
    edition, round_, (first, second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        reviews.submit_review(fresh(edition, first, one), answers(5), version=0, actor=first)
        reviews.submit_review(fresh(edition, second, one), answers(1), version=0, actor=second)
        reviews.abstain(fresh(edition, first, one), because="I can't follow the chemistry.", actor=first)
        assert assigned_reviews.assigned_review(edition, first, one.reference) is None
        entry = ranking.entry_of(round_, one)
        assert (entry.reads, entry.raw_mean) == (1, 1.0)
        with pytest.raises(Refused, match="Say in a few words"):
            reviews.abstain(fresh(edition, second, one), because="  ", actor=second)


def test_a_conflict_ends_the_read_and_leaves_the_sums(desk):
    edition, round_, (first, _second), (one, two) = desk
    with db.transaction(), scope.choose(edition.scope):
        reviews.submit_review(fresh(edition, first, one), answers(5), version=0, actor=first)
        mine = fresh(edition, first, one).application
        assert declare_conflict(mine, person=first, kind=ConflictKind.INVESTOR, actor=first) is True
        assert declare_conflict(mine, person=first, kind=ConflictKind.FAMILY, actor=first) is False
        assert assigned_reviews.assigned_review(edition, first, one.reference) is None
        assert [(line.reference, line.mark, line.name, line.one_line) for line in queue_page(round_, first).rows] == [
            (one.reference, "conflict", None, ""),
            (two.reference, "todo", None, "Does things."),
        ]
        entry = ranking.entry_of(round_, one)
        assert (entry.reads, entry.raw_mean, entry.spread) == (0, None, None)
        assert assigned_reviews.own_scores(round_, first, with_panel=True) == []
        assert ranking.scores(round_) == []


def test_only_the_holder_of_the_role_reads_and_only_the_own(desk):
    edition, _round, (first, second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        own = fresh(edition, first, one)
        assert rules.can_read(first, own) is True
        assert rules.can_read(second, own) is False
        assert rules.can_read(None, own) is False
        staff = make_member(edition, Role.STAFF)
        assert rules.can_read(staff, own) is False
    with db.transaction(), scope.choose(edition.scope):
        membership = db.session().scalars(select(Membership).where(Membership.person_id == first.id)).one()
        membership.ended_at = clock.system_now()
    with db.reading(), scope.choose(edition.scope):
        assert rules.can_read(first, fresh(edition, first, one)) is False


@pytest.mark.parametrize(
    ("right", "before", "after"),
    [(SeeOthers.NEVER, False, False), (SeeOthers.AFTER_OWN, False, True), (SeeOthers.ALWAYS, True, True)],
)
def test_others_are_seen_as_the_round_says(desk, right, before, after):
    edition, round_, (first, second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        db.session().merge(round_).see_others = right
        db.session().flush()
        reviews.submit_review(fresh(edition, second, one), answers(5), version=0, actor=second)
        assert rules.can_see_others(first, fresh(edition, first, one)) is before
        reviews.submit_review(fresh(edition, first, one), answers(2), version=0, actor=first)
        assert rules.can_see_others(first, fresh(edition, first, one)) is after


# ---- pages ----


def address(edition, application, tail=""):
    return f"/editions/{edition.slug}/reviews/{application.reference}{tail}"


def test_the_review_page_masks_what_a_blind_round_hides(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    page = browser.sign_in(first).get(address(edition, one)).text
    assert f"Problem text {one.reference}" in page
    for secret in ("Secret Firm", "Hidden Works", "Company", "Staff only words", one.city):
        assert secret not in page
    assert two.reference in page
    assert "checked" not in page


def test_an_open_round_shows_names_but_nothing_for_staff(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        rounds.round_by_number(edition, 1).blind = False
    page = browser.sign_in(first).get(address(edition, one)).text
    assert "Secret Firm" in page
    assert "Company " in page
    assert "Staff only words" not in page


def test_others_words_leak_nowhere_before_the_own_score(desk, browser):
    edition, _round, (first, second), (one, _two) = desk
    words = "Nobody else may read this sentence before they have scored it."
    with db.transaction(), scope.choose(edition.scope):
        reviews.submit_review(fresh(edition, second, one), answers(5, note=words), version=0, actor=second)
    browser.sign_in(first)
    assert words not in browser.get(address(edition, one)).text
    assert words not in browser.get(f"/editions/{edition.slug}/my-scores").text
    assert browser.post(address(edition, one), posted(2)).status_code == 302
    shown = browser.get(address(edition, one)).text
    assert words in shown
    assert second.family_name not in shown


def test_another_reviewers_read_is_not_found(desk, app):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        stranger, staff = make_reviewer(round_, edition), make_member(edition, Role.STAFF)
        third = make_eligible(edition)
        make_assignment(round_, third, stranger)
    for person in (first, staff):
        visitor = Browser(app).sign_in(person)
        for tail in ("", "/aside", "/files/1"):
            assert visitor.get(address(edition, third, tail)).status_code == 404
        for tail in ("", "/draft", "/aside"):
            assert visitor.post(address(edition, third, tail), posted()).status_code == 404
    assert Browser(app).get(address(edition, one)).status_code == 302
    with db.transaction():
        elsewhere = make_member(make_edition(), Role.REVIEWER)
    assert Browser(app).sign_in(elsewhere).get(address(edition, one)).status_code == 404


def test_a_conflict_bars_the_pages(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    refused = browser.post(address(edition, one, "/aside"), {"do": "conflict"})
    assert refused.status_code == 422
    assert "Choose a reason." in refused.text
    gone = browser.post(address(edition, one, "/aside"), {"do": "conflict", "kind": "mentor", "note": "Two years"})
    assert (gone.status_code, gone.location) == (302, address(edition, two))
    for tail in ("", "/aside", "/files/1"):
        assert browser.get(address(edition, one, tail)).status_code == 404
    assert browser.post(address(edition, one, "/draft"), posted()).status_code == 404
    queue = browser.get(f"/editions/{edition.slug}/reviews").text
    assert one.reference in queue
    assert address(edition, one) not in queue


def test_a_conflict_on_record_bars_even_while_the_read_was_not_ended(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(one, first)
    assert browser.sign_in(first).get(address(edition, one)).status_code == 404


def test_abstaining_by_the_page_needs_a_reason(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    assert browser.post(address(edition, one, "/aside"), {"do": "abstain"}).status_code == 422
    gone = browser.post(address(edition, one, "/aside"), {"do": "abstain", "because": "Not my field"})
    assert (gone.status_code, gone.location) == (302, address(edition, two))


def test_save_and_next_goes_through_the_queue_to_its_end(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    assert browser.post(address(edition, two), posted()).location == address(edition, one)
    assert browser.post(address(edition, one), posted()).location == f"/editions/{edition.slug}/reviews"
    assert "Done: 2 scored." in browser.get(f"/editions/{edition.slug}/reviews").text


def test_skipping_keeps_the_draft_and_goes_on(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    skipped = browser.post(address(edition, one), {"do": "skip", "mark_team": "4", "note": "Half", "version": "0"})
    assert skipped.location == address(edition, two)
    with db.reading(), scope.choose(edition.scope):
        kept = fresh(edition, first, one)
        assert (kept.assignment.state, kept.review.marks, kept.review.note) == (S.STARTED, {"team": 4}, "Half")
    assert browser.post(address(edition, two), {"do": "skip", "version": "0"}).location == address(edition, one)
    with db.reading(), scope.choose(edition.scope):
        assert fresh(edition, first, two).assignment.state is S.TO_DO


def test_skipping_loses_nothing_that_cannot_be_kept(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    browser.sign_in(first)
    assert browser.post(address(edition, one), {"do": "skip", "note": "Half", "version": "0"}).status_code == 302
    behind = browser.post(address(edition, one), {"do": "skip", "note": "Another half", "version": "0"})
    assert (behind.status_code, "Another half</textarea>" in behind.text) == (409, True)
    assert "This review was changed in another window." in behind.text
    with db.reading(), scope.choose(edition.scope):
        assert fresh(edition, first, one).review.note == "Half"


def test_a_short_note_is_named_beside_its_field_and_kept(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    page = browser.sign_in(first).post(address(edition, one), posted(4, note="Too short <b>words</b>"))
    assert page.status_code == 422
    assert "Write at least 50 characters; you have 22." in page.text
    assert "Too short &lt;b&gt;words&lt;/b&gt;</textarea>" in page.text
    assert 'id="note-e"' in page.text
    assert page.text.count(" checked") == 8
    assert '<input type="hidden" name="version" value="1">' in page.text


def test_a_missing_mark_is_named(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    sent = posted(4)
    del sent["mark_team"]
    page = browser.sign_in(first).post(address(edition, one), {**sent, "mark_theme": "9"})
    assert page.status_code == 422
    assert "Score “Team”." in page.text
    assert "Choose one from the list." in page.text


def test_the_draft_saves_by_itself_and_two_tabs_do_not_fight(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    browser.sign_in(first)
    draft = {"mark_team": "5", "mark_theme": "nine", "note": "Words", "version": "0"}
    saved = browser.post(address(edition, one, "/draft"), draft)
    assert (saved.status_code, saved.headers["X-Draft-Version"]) == (204, "1")
    old = browser.post(address(edition, one, "/draft"), {**draft, "note": "From the other tab"})
    assert old.status_code == 409
    late = browser.post(address(edition, one), posted(3))
    assert late.status_code == 409
    assert NOTE in late.text
    with db.reading(), scope.choose(edition.scope):
        assert fresh(edition, first, one).review.note == "Words"
    again = browser.post(address(edition, one), posted(3, version="1"))
    assert again.status_code == 302


def test_a_closed_round_can_be_read_and_not_written(desk, browser):
    edition, _round, (first, _second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        rounds.round_by_number(edition, 1).state = RoundState.CLOSED
    browser.sign_in(first)
    page = browser.get(address(edition, one))
    assert page.status_code == 200
    assert "Save and next" not in page.text
    assert browser.post(address(edition, one, "/draft"), posted()).status_code == 409
    assert browser.post(address(edition, one), posted()).status_code == 422


def test_a_draft_round_and_a_withdrawn_application_are_not_found(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    with db.transaction(), scope.choose(edition.scope):
        judged_application(edition, one.reference).state = ApplicationState.WITHDRAWN
    assert browser.get(address(edition, one)).status_code == 404
    assert browser.get(address(edition, two)).status_code == 200
    with db.transaction(), scope.choose(edition.scope):
        rounds.round_by_number(edition, 1).state = RoundState.DRAFT
    assert browser.get(address(edition, two)).status_code == 404


def test_files_come_only_with_a_read_and_only_if_the_answer_is_shown(desk, app):
    edition, _round, (first, _second), (one, two) = desk
    with db.transaction(), scope.choose(edition.scope):
        revision = db.session().scalars(select(Revision).where(Revision.application_id == one.id)).one()
        section = db.session().scalars(select(Section).where(Section.form_id == revision.form_id)).one()
        ids = {}
        for key, audience in (("deck", Audience.REVIEWERS), ("register", Audience.STAFF), ("photo", Audience.MASKED)):
            db.add(
                Question(
                    form_id=section.form_id,
                    section_id=section.id,
                    key=key,
                    kind=QuestionKind.FILE,
                    label={"en": key, "ja": key},
                    limits={},
                    choices=[],
                    audience=audience,
                    position=9,
                )
            )
            stored = storage.put(b"%PDF-1.7 " + key.encode())
            file = db.add(
                Attachment(
                    application_id=one.id,
                    question_key=key,
                    storage_key=stored,
                    size=12,
                    file_name="secret-firm.pdf",
                    uploaded_by=one.applicant_id,
                    uploaded_at=clock.now(),
                )
            )
            ids[key] = file.id
            answer = {"id": file.id, "name": file.file_name, "sha256": stored, "size": 12, "pages": 1}
            revision.answers = {**revision.answers, key: answer}
    reviewer = Browser(app).sign_in(first)
    deck = reviewer.get(address(edition, one, f"/files/{ids['deck']}"))
    assert (deck.status_code, deck.data) == (200, b"%PDF-1.7 deck")
    assert "secret-firm" not in deck.headers["Content-Disposition"]
    for hidden in ("register", "photo"):
        assert reviewer.get(address(edition, one, f"/files/{ids[hidden]}")).status_code == 404
    assert reviewer.get(address(edition, two, f"/files/{ids['deck']}")).status_code == 404
    assert "secret-firm" not in reviewer.get(address(edition, one)).text


def test_my_scores_compare_only_where_the_round_allows(desk, browser):
    edition, _round, (first, second), (one, _two) = desk
    with db.transaction(), scope.choose(edition.scope):
        reviews.submit_review(fresh(edition, first, one), answers(2), version=0, actor=first)
        reviews.submit_review(fresh(edition, second, one), answers(5), version=0, actor=second)
    browser.sign_in(first)
    page = browser.get(f"/editions/{edition.slug}/my-scores").text
    assert "−3.00" in page
    assert "5.00" in page
    assert "Secret Firm" not in page
    with db.transaction(), scope.choose(edition.scope):
        rounds.round_by_number(edition, 1).see_others = SeeOthers.NEVER
    page = browser.get(f"/editions/{edition.slug}/my-scores").text
    assert "2.00" in page
    assert "5.00" not in page


def test_the_queue_filters(desk, browser):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    browser.post(address(edition, one), posted())
    base = f"/editions/{edition.slug}/reviews"
    assert f'{address(edition, one)}?show=scored"' in browser.get(f"{base}?show=scored").text
    assert address(edition, two) not in browser.get(f"{base}?show=scored").text.split("</nav>")[-1].replace(
        f'href="{address(edition, two)}">Continue reviewing', ""
    )
    assert f'{address(edition, two)}?show=todo"' in browser.get(f"{base}?show=todo").text


def test_saving_and_reading_stay_within_their_statements(desk, browser, count_queries):
    edition, _round, (first, _second), (one, two) = desk
    browser.sign_in(first)
    browser.get(address(edition, two))
    count_queries.clear()
    assert browser.get(address(edition, one)).status_code == 200
    assert len(count_queries) <= 15
    token = browser.get("/sign-in").text.split('name="csrf-token" content="')[1].split('"')[0]
    count_queries.clear()
    assert browser.client.post(address(edition, one), data={**posted(), "csrf_token": token}).status_code == 302
    assert len(count_queries) <= 20
    count_queries.clear()
    draft = browser.client.post(address(edition, two, "/draft"), data={**posted(), "csrf_token": token})
    assert draft.status_code == 204
    assert len(count_queries) <= 20


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_asks_the_same_of_the_database_for_one_and_for_three(app, browser, count_queries, number):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        reviewer = make_reviewer(round_, edition)
        assigning.ensure_entries(round_)
        for _ in range(number):
            make_review(round_, make_eligible(edition), reviewer)
    browser.sign_in(reviewer)
    for path, statements in (("reviews", 8), ("my-scores", 5)):
        count_queries.clear()
        assert browser.get(f"/editions/{edition.slug}/{path}").status_code == 200
        assert (path, len(count_queries)) == (path, statements)


@pytest.mark.parametrize("state", list(RoundState))
def test_reviewer_pages_without_anything_to_do(app, browser, state):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        reviewer = make_member(edition, Role.REVIEWER)
    browser.sign_in(reviewer)
    for path in ("reviews", "my-scores", "guide", "conflicts"):
        assert browser.get(f"/editions/{edition.slug}/{path}").status_code == 200
    with db.transaction(), scope.choose(edition.scope):
        make_round(db.session().merge(edition), state)
    for path in ("reviews", "my-scores", "guide", "conflicts", "rounds/1/method"):
        page = browser.get(f"/editions/{edition.slug}/{path}")
        assert (page.status_code, page.text.count("<h1")) == (200, 1)
