"""The queue of a reviewer with many reads: windows, pages, counts, and what they cost."""

import re
from random import Random

import pytest
from sqlalchemy import insert

from accelerator.core import clock, db, scope
from accelerator.intake.models import ApplicationState, Conflict, ConflictKind
from accelerator.scoring.models import Assignment, AssignmentState
from accelerator.scoring.queries import conflicts, queue, reviewers
from tests.factories import make_edition
from tests.factories.scoring import make_eligible, make_reviewer, make_round
from tests.factories.startups import make_application

S = AssignmentState


def make_queue(number, *, state=S.TO_DO):
    """An edition, its open blind round and a reviewer with ``number`` reads; their references in order."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        reviewer = make_reviewer(round_, edition)
        first = make_eligible(edition)
        made = [first, *(make_application(edition, ApplicationState.ELIGIBLE) for _ in range(number - 1))]
        for one in made[1:]:
            one.sector_id = None
        # Written in another order than they are read, so that the order of ids can't stand for that of positions.
        rows = [
            {
                "edition_id": edition.id,
                "round_id": round_.id,
                "application_id": one.id,
                "reviewer_id": reviewer.id,
                "revision_number": 1,
                "position": 10 * at,
                "assigned_at": clock.now(),
                "state": state,
            }
            for at, one in enumerate(made, 1)
        ]
        Random(number).shuffle(rows)
        db.session().execute(insert(Assignment), rows)
    return edition, round_, reviewer, [one.reference for one in made]


def change(edition, references, **values):
    """Set the state of some reads, or declare conflicts."""
    with db.transaction(), scope.choose(edition.scope):
        for reference in references:
            application = conflicts.judged_application(edition, reference)
            read = db.session().query(Assignment).filter_by(application_id=application.id).one()
            if "conflict" in values:
                db.add(
                    Conflict(
                        edition_id=edition.id,
                        application_id=application.id,
                        person_id=read.reviewer_id,
                        kind=ConflictKind.EMPLOYER,
                        declared_at=clock.now(),
                    )
                )
            else:
                read.state = values["state"]


def page_of(browser, edition, reference, **query):
    return browser.get(f"/editions/{edition.slug}/reviews/{reference}", query_string=query).text


def rail(page):
    """The references in the list beside the application, and the numbers of those before and after it."""
    text = page.split('<nav class="queue"')[1].split("</nav>")[0]
    lines = re.findall(r"</svg><b>(A-\d+)</b>", text)
    beyond = dict(re.findall(r"<b>(Earlier|Later) in your queue</b><span class=\"xs muted\">(\d+)</span>", text))
    return lines, int(beyond.get("Earlier", 0)), int(beyond.get("Later", 0))


def keys(page):
    """Where [ and ] lead."""
    found = dict(re.findall(r'data-key="Bracket(Left|Right)" href="[^"]*/reviews/(A-\d+)', page))
    return found.get("Left"), found.get("Right")


def test_a_usual_queue_is_shown_whole(app, browser):
    edition, _round, reviewer, references = make_queue(36)
    browser.sign_in(reviewer)
    for at in (0, 17, 35):
        page = page_of(browser, edition, references[at])
        assert rail(page) == (references, 0, 0)
        assert keys(page) == (references[at - 1] if at else None, references[at + 1] if at < 35 else None)


@pytest.mark.parametrize(
    ("at", "first"), [(0, 0), (9, 0), (10, 0), (11, 1), (50, 40), (69, 59), (70, 60), (71, 60), (99, 60)]
)
def test_a_long_queue_shows_a_window_round_the_current_read(app, browser, at, first):
    edition, _round, reviewer, references = make_queue(100)
    page = page_of(browser.sign_in(reviewer), edition, references[at])
    assert rail(page) == (references[first : first + 40], first, 60 - first)
    assert keys(page) == (references[at - 1] if at else None, references[at + 1] if at < 99 else None)
    assert page.count('aria-current="page"><svg class="mark"') == 1


def test_the_list_moves_on_while_the_application_stays(app, browser):
    edition, _round, reviewer, references = make_queue(100)
    page = page_of(browser.sign_in(reviewer), edition, references[50])
    seen = []
    for word, expected in (("until", 1), ("since", 40), ("since", 60)):
        address = re.search(rf'href="([^"]*{word}=\d+)"', page)[1]
        page = browser.get(address).text
        seen.append(rail(page))
        assert rail(page) == (references[expected : expected + 40], expected, 60 - expected)
        assert f'<h1 id="app-title">{references[50]}</h1>' in page
        assert keys(page) == (references[49], references[51])
    assert set(references[1:100]) == {line for lines, *_rest in seen for line in lines}


def test_the_filter_counts_for_list_and_keys(app, browser):
    edition, _round, reviewer, references = make_queue(100)
    done = references[::2]
    change(edition, done, state=S.DONE)
    browser.sign_in(reviewer)
    page = page_of(browser, edition, references[51], show="todo")
    to_do = references[1::2]
    assert rail(page) == (to_do[10:50], 10, 0)
    assert keys(page) == (references[49], references[53])
    page = page_of(browser, edition, references[51], show="scored")  # which is not among them
    assert rail(page) == (done[10:50], 10, 0)
    assert keys(page) == (references[50], references[52])
    assert "50 of 100 scored" in page


def test_keys_pass_over_more_conflicts_than_the_window_holds(app, browser):
    edition, _round, reviewer, references = make_queue(100)
    change(edition, references[21:70], conflict=True)
    change(edition, references[70:72], state=S.ABSTAINED)
    page = page_of(browser.sign_in(reviewer), edition, references[20])
    assert keys(page) == (references[19], references[72])
    assert rail(page) == (references[10:50], 10, 50)
    for barred in (references[21], references[49]):
        assert f"/reviews/{barred}" not in page
    assert keys(page_of(browser, edition, references[72])) == (references[20], references[73])
    assert "0 of 49 scored" in page


def test_the_queue_is_paged_by_fifty(app, browser):
    edition, _round, reviewer, references = make_queue(120)
    change(edition, references[:1], state=S.DONE)
    change(edition, references[1:3], conflict=True)
    browser.sign_in(reviewer)
    base = f"/editions/{edition.slug}/reviews"
    seen, address = [], base
    while address:
        page = browser.get(address).text
        assert f'{base}/{references[3]}">Continue reviewing' in page
        seen.append(re.findall(r'(?:code">|<a data-open href="[^"]*"><b>)(A-\d+)</b>', page))
        found = re.search(r'rel="next" href="([^"]*)"', page)
        address = found and found[1].replace("&amp;", "&")
    assert [len(one) for one in seen] == [50, 50, 20]
    assert [line for lines in seen for line in lines] == references
    last = browser.get(re.search(r'rel="prev" href="([^"]*)"', page)[1].replace("&amp;", "&")).text
    assert re.findall(r'<a data-open href="[^"]*"><b>(A-\d+)</b>', last) == references[50:100]
    shown = browser.get(f"{base}?show=scored").text
    assert re.findall(r'<a data-open href="[^"]*"><b>(A-\d+)</b>', shown) == references[:1]
    assert "1 of 118 scored" in shown


def test_counts_and_lines_follow_state_conflict_and_withdrawal(any_database):
    edition, round_, reviewer, references = make_queue(9)
    change(edition, references[:2], state=S.DONE)
    change(edition, references[2:3], state=S.STARTED)
    change(edition, references[3:4], state=S.ABSTAINED)
    change(edition, references[4:5], state=S.TAKEN_BACK)
    change(edition, references[1:2], conflict=True)
    with db.transaction(), scope.choose(edition.scope):
        conflicts.judged_application(edition, references[5]).state = ApplicationState.WITHDRAWN
    with db.reading(), scope.choose(edition.scope):
        counts, before = queue.queue_counts(round_, reviewer, before=(30, 0))
        assert (counts.to_do, counts.scored, counts.barred, counts.all, counts.expected) == (4, 1, 2, 7, 5)
        assert (before.to_do, before.scored, before.barred) == (0, 1, 1)
        assert queue.first_to_do(round_, reviewer) == references[2]
        assert queue.neighbours(round_, reviewer, (35, 0), None) == (references[2], references[6])
        left = [reference for at, reference in enumerate(references) if at not in (4, 5)]
        assert [row.reference for row in queue.queue_page(round_, reviewer).rows] == left
        window = queue.queue_window(round_, reviewer, (35, 0), behind=2, ahead=2, show=None)
        assert [(one.reference, one.mark) for one in window] == [
            (references[1], "conflict"),
            (references[2], "draft"),
            (references[3], "conflict"),
            (references[6], "todo"),
        ]
        window = queue.queue_window(round_, reviewer, (35, 0), behind=2, ahead=9, show="todo")
        assert [one.reference for one in window] == [references[2], *references[6:]]
        assert [(read.person.id, read.wanted, read.done) for read in reviewers.open_reviews(round_)] == [
            (reviewer.id, 5, 1)
        ]


def test_another_reviewers_reads_and_another_round_are_not_counted(app):
    edition, round_, reviewer, references = make_queue(2)
    with db.transaction(), scope.choose(edition.scope):
        edition = db.session().merge(edition)
        second, other = make_round(edition), make_reviewer(round_, edition)
        one = conflicts.judged_application(edition, references[0])
        for of_round, person in ((second, reviewer), (round_, other)):
            db.add(
                Assignment(
                    edition_id=edition.id,
                    round_id=of_round.id,
                    application_id=one.id,
                    reviewer_id=person.id,
                    revision_number=1,
                    position=5,
                    assigned_at=clock.now(),
                )
            )
    with db.reading(), scope.choose(edition.scope):
        assert [line.reference for line in queue.queue_page(round_, reviewer).rows] == references
        assert queue.queue_counts(round_, reviewer)[0] == (2, 0, 0)
        assert [line.reference for line in queue.queue_page(second, reviewer).rows] == references[:1]


def cost(browser, count_queries, address):
    browser.get(address)
    count_queries.clear()
    answer = browser.get(address)
    assert answer.status_code == 200
    return len(count_queries), len(answer.data)


def test_the_window_leads_to_the_same_neighbours_as_the_whole_queue(app, browser):
    edition, round_, reviewer, references = make_queue(60)
    change(edition, [references[at] for at in (0, 1, 5, 20, 21, 40, *range(44, 58))], state=S.DONE)
    change(edition, [references[at] for at in (3, 30)], state=S.ABSTAINED)
    change(edition, [references[at] for at in (*range(6, 19), 58, 59)], conflict=True)
    browser.sign_in(reviewer)
    for show in (None, "todo", "scored"):
        for at in (2, 4, 19, 22, 29, 31, 39, 43):  # these are to be scored
            page = page_of(browser, edition, references[at], **({"show": show} if show else {}))
            keys = dict(re.findall(r'data-key="Bracket(Left|Right)"\s+href="[^"]*/reviews/(A-\d+)', page))
            with db.reading(), scope.choose(edition.scope):
                near = queue.neighbours(round_, reviewer, (10 * (at + 1), assignment_id(edition, references[at])), show)
            assert (keys.get("Left"), keys.get("Right")) == tuple(near), (show, at)


def assignment_id(edition, reference):
    application = conflicts.judged_application(edition, reference)
    return db.session().query(Assignment).filter_by(application_id=application.id).one().id


def test_pages_cost_the_same_for_thirty_and_for_four_hundred_reads(app, browser, count_queries):
    costs = {}
    for number in (30, 60, 400):
        edition, _round, reviewer, references = make_queue(number)
        browser.sign_in(reviewer)
        base = f"/editions/{edition.slug}/reviews"
        costs[number] = [cost(browser, count_queries, f"{base}/{references[at]}") for at in (15, 29)]
        costs[number].append(cost(browser, count_queries, base))
    assert {number: [statements for statements, _ in found] for number, found in costs.items()} == {
        30: [7, 7, 7],
        60: [7, 7, 7],
        400: [7, 7, 7],
    }
    # Beyond the window not a line more, and a window holds ten lines more than a queue of thirty.
    for (_, usual), (_, long) in zip(costs[60], costs[400], strict=True):
        assert long < 1.01 * usual
    for (_, short), (_, long) in zip(costs[30][:2], costs[400][:2], strict=True):
        assert long < 1.1 * short
