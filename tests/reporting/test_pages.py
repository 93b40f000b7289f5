import re

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope, storage
from accelerator.core.outbox import JobRow, JobState
from accelerator.programmes.models import Edition
from accelerator.reporting import operations
from accelerator.reporting.models import Report, ReportState
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.reporting import make_kobe_edition, make_kobe_rows, make_present, make_report, make_snapshot


@pytest.fixture
def edition(browser: Browser) -> Edition:
    with db.transaction():
        return make_edition(slug="kobe")


def member(edition: Edition, *roles: Role, **values: object) -> Person:
    with db.transaction():
        return make_member(edition, *roles, **values)


def frozen(edition: Edition, staff: Person, times: int = 1) -> None:
    with db.transaction(), scope.choose(edition.scope):
        for _ in range(times):
            make_snapshot(edition, staff)


def ready(edition: Edition, staff: Person, content: bytes = b"%PDF-1.7 pages") -> int:
    """A report with a file, made by nobody."""
    with db.transaction() as session, scope.choose(edition.scope):
        report = make_report(edition, staff, "ja")
        operations.record_rendering(report, storage_key=storage.put(content), size=len(content), pages=18)
        session.get_one(JobRow, report.job_id).state = JobState.DONE
        return report.id


def test_freezing_a_version_leads_to_its_page(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    answer = browser.post("/editions/kobe/reports", {"title": "For the council"})
    assert (answer.status_code, answer.location) == (302, "/editions/kobe/snapshots/1")
    page = browser.get("/editions/kobe/snapshots/1").text
    assert re.findall(r"Version 1, frozen on [^<]*JST\. For the council\.", page) != []
    assert re.search(r"(?:[0-9a-f]{16}<wbr>){3}[0-9a-f]{16}", page) is not None
    listed = browser.get("/editions/kobe/reports").text
    assert "For the council" in listed


def test_a_name_that_is_too_long_is_refused_and_kept(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    typed = "n" * 121
    answer = browser.post("/editions/kobe/reports", {"title": typed})
    assert answer.status_code == 422
    assert ("Use 120 characters or fewer." in answer.text, typed in answer.text) == (True, True)


def test_every_page_says_the_same_figures_and_links_them_to_their_definition(browser: Browser) -> None:
    with db.transaction():
        kobe = make_kobe_edition(slug="kobe-2020")
        partner = make_member(kobe, Role.PARTNER, language="ja", zone="Asia/Tokyo")
        with scope.choose(kobe.scope):
            make_kobe_rows(kobe)
            make_present(kobe)
            make_snapshot(kobe, make_member(kobe, Role.ADMIN))
    browser.sign_in(partner)
    live, snapshot = (browser.get(f"/editions/kobe-2020/{path}").text for path in ("reports/live", "snapshots/1"))
    for page in (live, snapshot):
        assert page.count("237社から応募があり、うち162社（68.4%）は海外からでした。") == 1
        assert page.count("1億1,000万米ドル超") == 2
        assert set(re.findall(r'href="#(def-[^"]+)"', page)) - set(re.findall(r'id="(def-[^"]+)"', page)) == set()
        assert [name for name in ("Nobody must read", "An answer nobody") if name in page] == []
        assert "style=" not in page
    assert re.findall(r"<details[^>]*>", browser.get("/editions/kobe-2020/snapshots/1?view=print").text).count(
        '<details class="plain" open>'
    ) == snapshot.count('<details class="plain">')


def test_an_edition_without_rows_has_its_page(browser: Browser, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        make_present(edition)
    browser.sign_in(member(edition, Role.STAFF))
    page = browser.get("/editions/kobe/reports/live")
    assert page.status_code == 200
    assert "No application has been sent yet." in page.text


def test_a_partner_reads_and_downloads_and_makes_nothing(browser: Browser, edition: Edition) -> None:
    staff, partner = member(edition, Role.STAFF), member(edition, Role.PARTNER)
    report_id = ready(edition, staff)
    browser.sign_in(partner)
    paths = (
        "reports",
        "reports/live",
        "snapshots/1",
        "snapshots/1.csv",
        f"reports/{report_id}",
        f"reports/{report_id}.pdf",
    )
    assert [browser.get(f"/editions/kobe/{path}").status_code for path in paths] == [200] * 6
    texts = [browser.get(f"/editions/kobe/{path}").text for path in (*paths[:3], paths[4])]
    labels = ("Freeze a version", "Make the PDF in English", "Render again and compare")
    assert [label for label in labels for text in texts if label in text] == []
    posts = ("reports", "snapshots/1/reports", f"reports/{report_id}/retry", f"reports/{report_id}/check")
    assert [browser.post(f"/editions/kobe/{path}", {"language": "en"}).status_code for path in posts] == [404] * 4


@pytest.mark.parametrize("role", [Role.FOUNDER, Role.REVIEWER, Role.MENTOR, Role.INVESTOR])
def test_others_do_not_learn_that_there_are_reports(browser: Browser, edition: Edition, role: Role) -> None:
    report_id = ready(edition, member(edition, Role.STAFF))
    browser.sign_in(member(edition, role))
    paths = (
        "reports",
        "reports/live",
        "snapshots/1",
        "snapshots/1.csv",
        f"reports/{report_id}",
        f"reports/{report_id}.pdf",
    )
    assert [browser.get(f"/editions/kobe/{path}").status_code for path in paths] == [404] * 6


def test_another_editions_team_and_strangers_see_nothing(browser: Browser, edition: Edition) -> None:
    report_id = ready(edition, member(edition, Role.STAFF))
    answer = browser.get("/editions/kobe/reports")
    assert (answer.status_code, answer.location.startswith("/sign-in")) == (302, True)
    with db.transaction():
        other = make_edition(slug="other")
    browser.sign_in(member(other, Role.ADMIN))
    paths = (
        "kobe/reports",
        "kobe/snapshots/1",
        f"kobe/reports/{report_id}.pdf",
        f"other/reports/{report_id}",
        "other/snapshots/1",
    )
    assert [browser.get(f"/editions/{path}").status_code for path in paths] == [404] * 5


def test_ordering_twice_leads_to_the_same_report_whose_page_polls_until_it_is_done(
    browser: Browser, edition: Edition
) -> None:
    staff = member(edition, Role.STAFF)
    frozen(edition, staff)
    browser.sign_in(staff)
    answers = [browser.post("/editions/kobe/snapshots/1/reports", {"language": "ja"}) for _ in range(2)]
    assert answers[0].location == answers[1].location
    path = answers[0].location
    assert 'hx-trigger="every 2s"' in browser.get(path).text
    with db.transaction() as session, scope.choose(edition.scope):
        report = session.get_one(Report, int(path.rsplit("/", 1)[1]))
        operations.record_rendering(report, storage_key="a" * 64, size=2048, pages=18)
        session.get_one(JobRow, report.job_id).state = JobState.DONE
    fragment = browser.get(path, headers={"HX-Request": "true"}).text
    assert ("hx-trigger" in fragment, "<html" in fragment, f'href="{path}.pdf"' in fragment) == (False, False, True)


def test_a_report_that_failed_says_why_in_the_readers_language(browser: Browser, edition: Edition) -> None:
    staff = member(edition, Role.STAFF, language="ja")
    with db.transaction(), scope.choose(edition.scope):
        report = make_report(edition, staff)
        operations.fail(report, reason="Install Pango")
    browser.sign_in(staff)
    page = browser.get(f"/editions/kobe/reports/{report.id}").text
    assert "このサーバーではまだPDFを作成できません。管理者が次のように設定できます：Install Pango" in page
    assert "/editions/kobe/snapshots/1?view=print" in page
    answer = browser.post(f"/editions/kobe/reports/{report.id}/retry")
    assert answer.location == f"/editions/kobe/reports/{report.id}"
    with db.reading() as session, scope.choose(edition.scope):
        assert session.get_one(Report, report.id).state is ReportState.WAITING


def test_a_check_is_shown_with_its_result(browser: Browser, edition: Edition) -> None:
    staff = member(edition, Role.STAFF)
    report_id = ready(edition, staff)
    browser.sign_in(staff)
    assert browser.post(f"/editions/kobe/reports/{report_id}/check").status_code == 302
    with db.transaction() as session, scope.choose(edition.scope):
        report = session.get_one(Report, report_id)
        operations.record_check(report, storage_key=str(report.storage_key))
        session.get_one(JobRow, report.job_id).state = JobState.DONE
    assert "identical to the byte" in browser.get(f"/editions/kobe/reports/{report_id}").text


def test_the_file_comes_under_a_name_for_every_system(browser: Browser, edition: Edition) -> None:
    staff = member(edition, Role.STAFF)
    report_id = ready(edition, staff, b"%PDF-1.7 the bytes")
    answer = browser.sign_in(staff).get(f"/editions/kobe/reports/{report_id}.pdf")
    assert (answer.data, answer.mimetype) == (b"%PDF-1.7 the bytes", "application/pdf")
    plain, nice = answer.headers["Content-Disposition"].split("; ")[1:]
    assert plain == 'filename="kobe-report-1-ja.pdf"'
    assert (
        re.fullmatch(r"filename\*=UTF-8''[A-Za-z0-9%.-]*%E4%BA%8B%E6%A5%AD[A-Za-z0-9%.-]*%20v1\.pdf", nice) is not None
    )


def test_a_report_without_a_file_can_not_be_downloaded(browser: Browser, edition: Edition) -> None:
    staff = member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        report = make_report(edition, staff)
    assert browser.sign_in(staff).get(f"/editions/kobe/reports/{report.id}.pdf").status_code == 404


def test_the_figures_come_as_a_spreadsheet(browser: Browser, edition: Edition) -> None:
    staff = member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        make_application(edition)
    frozen(edition, staff)
    answer = browser.sign_in(staff).get("/editions/kobe/snapshots/1.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kobe-figures-1.csv"'
    assert answer.data[:3] == b"\xef\xbb\xbf"
    assert answer.text.splitlines()[1].startswith("funnel,APP_N,Applications,,1,companies,")


@pytest.mark.parametrize("versions", [1, 3])
def test_the_list_costs_the_same_for_one_version_and_for_three(
    browser: Browser, edition: Edition, count_queries: list[str], versions: int
) -> None:
    staff = member(edition, Role.STAFF)
    frozen(edition, staff, versions)
    browser.sign_in(staff)
    count_queries.clear()
    assert browser.get("/editions/kobe/reports").status_code == 200
    assert len(count_queries) == 5
