"""HTTP edges: policies, transactions, headers, CSRF, redirects and error pages, on an application of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import redirect, request
from sqlalchemy import create_engine, event, func, insert, select

from accelerator.accounts.models import Person
from accelerator.app import create_app
from accelerator.core import clock, db, i18n, scope, web
from accelerator.core.errors import Refused
from accelerator.core.installation import entered
from accelerator.core.web import App, Feature
from accelerator.programmes.models import Edition, Sector
from tests.factories import Browser, make_edition, make_person, make_sector
from tests.services.databases import connected
from tests.services.installations import having

probe = Feature("probe", __name__)
ANSWER = {"text": ""}


def _sector(edition: Edition, sector_id: int) -> Sector | None:
    return db.session().scalar(select(Sector).where(Sector.id == sector_id, Sector.edition_id == edition.id))


@probe.route("/probe/page", allow=web.public)
def page():
    return "page"


@probe.route("/probe/said", allow=web.public)
def said():
    return f"{i18n.language()} {i18n.zone()} {request.remote_addr} {request.scheme}"


@probe.route("/probe/private", methods=["GET", "POST"], allow=web.signed_in)
def private():
    return f"private {web.actor().id}"


@probe.route("/probe/writes", methods=["GET", "POST"], allow=web.public)
def writes():
    make_person()
    return "written"


@probe.route("/probe/writes-core", allow=web.public)
def writes_core():
    db.session().execute(
        insert(Person).values(
            email="x@example.org",
            given_name="",
            family_name="",
            family_first=False,
            language="en",
            zone="UTC",
            is_site_admin=False,
            synthetic=False,
            created_at=clock.system_now(),
        )
    )
    return "written"


@probe.route("/probe/refuses", methods=["GET", "POST"], allow=web.public)
def refuses():
    if request.method == "POST":
        make_person()
    raise Refused("The call is closed.")


@probe.route("/probe/breaks", methods=["GET", "POST"], allow=web.public)
def breaks():
    if request.method == "POST":
        make_person()
    raise ZeroDivisionError("a secret detail")


@probe.route("/probe/sends-on", methods=["POST"], allow=web.public)
def sends_on():
    return redirect(web.safe_path(request.form["next"]) or "/")


@probe.route("/probe/<edition_slug>/sectors/<int:sector_id>", load=_sector, allow=web.public)
def sector(subject: Sector):
    return f"{subject.key} {web.chosen().id} {scope.current().key}"


@probe.route("/probe/<edition_slug>/count", allow=lambda actor, edition: edition.places == 17)
def count(edition: Edition):
    return str(db.session().scalar(select(func.count(Sector.id))))


@probe.route("/probe/sectors/<sector_id>/never", load=lambda sector_id: sector_id, allow=lambda actor, subject: False)
def never(subject):
    return "seen"


@pytest.fixture(scope="module")
def probed(settings) -> App:
    """A serving application, not a testing one, with the routes above."""
    built = create_app(settings)
    built.register_blueprint(probe)
    return built


@pytest.fixture
def visitor(app, probed) -> Browser:
    return Browser(probed)


def people() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(Person.id)))


@pytest.fixture
def person(visitor) -> Person:
    with db.transaction():
        return make_person()


class TestPolicies:
    def test_a_route_without_one_cannot_be_declared(self):
        with pytest.raises(TypeError, match="allow"):
            Feature("other", __name__).route("/x")(lambda: "")

    def test_are_kept_for_every_route(self, probed):
        assert probed.policies["probe.page"] == web.Policy(web.public, None)

    def test_strangers_are_asked_to_sign_in_and_come_back(self, visitor):
        answer = visitor.get("/probe/private?a=1")
        assert (answer.status_code, answer.location) == (302, "/sign-in?next=/probe/private?a%3D1")

    def test_strangers_may_not_post(self, visitor):
        assert visitor.post("/probe/private").status_code == 401

    def test_fragments_of_strangers_are_not_redirected(self, visitor):
        assert visitor.get("/probe/private", headers={"HX-Request": "true"}).status_code == 404

    def test_who_signed_in_passes(self, visitor, person):
        assert visitor.sign_in(person).get("/probe/private").text == f"private {person.id}"

    def test_who_may_not_know_of_it_sees_what_is_seen_where_nothing_is(self, visitor, person):
        visitor.sign_in(person)
        forbidden, nothing = visitor.get("/probe/sectors/1/never"), visitor.get("/nothing")
        assert (forbidden.status_code, nothing.status_code) == (404, 404)
        strip = re.compile(r'(content|value|data-now)="[^"]*"|/probe/sectors/1/never|/nothing|X-CSRFToken": "[^"]*"')
        assert strip.sub("", forbidden.text) == strip.sub("", nothing.text)


class TestEditions:
    @pytest.fixture
    def editions(self, visitor):
        with db.transaction():
            ours, theirs = make_edition(), make_edition(places=3)
            return ours, theirs, make_sector(ours, "health"), make_sector(theirs, "energy")

    def test_the_address_chooses(self, visitor, editions):
        ours, _, sector_of_ours, _ = editions
        answer = visitor.get(f"/probe/{ours.slug}/sectors/{sector_of_ours.id}")
        assert answer.text == f"health {ours.id} {ours.id}"
        assert scope.current() is None

    def test_rows_of_another_are_not_there(self, visitor, editions):
        ours, _, _, sector_of_theirs = editions
        assert visitor.get(f"/probe/{ours.slug}/sectors/{sector_of_theirs.id}").status_code == 404

    def test_unknown_ones_are_not_there(self, visitor, editions):
        assert visitor.get("/probe/unknown/count").status_code == 404

    def test_the_rule_sees_the_edition_and_queries_see_its_rows(self, visitor, editions):
        ours, theirs, *_ = editions
        assert visitor.get(f"/probe/{ours.slug}/count").text == "1"
        assert visitor.get(f"/probe/{theirs.slug}/count").status_code == 302


class TestTransactions:
    def test_a_post_is_committed(self, visitor):
        assert visitor.post("/probe/writes").text == "written"
        assert people() == 1

    @pytest.mark.parametrize("path", ["/probe/writes", "/probe/writes-core"])
    def test_a_get_cannot_write(self, visitor, path):
        assert visitor.get(path).status_code == 500
        assert people() == 0

    def test_a_refused_post_leaves_nothing(self, visitor):
        visitor.post("/probe/refuses")
        assert people() == 0

    def test_a_broken_post_leaves_nothing(self, visitor):
        assert visitor.post("/probe/breaks").status_code == 500
        assert people() == 0


class TestRefusals:
    def test_bring_the_person_back_with_the_sentence(self, visitor):
        answer = visitor.post("/probe/refuses", headers={"Referer": "http://localhost/probe/page"})
        assert (answer.status_code, answer.location) == (302, "/probe/page")
        assert "The call is closed." in visitor.get("/sign-in").text

    @pytest.mark.parametrize("referrer", [None, "http://evil.example/page", "http://localhost//evil.example"])
    def test_are_a_page_where_there_is_no_way_back(self, visitor, referrer):
        answer = visitor.post("/probe/refuses", headers={"Referer": referrer} if referrer else {})
        assert (answer.status_code, "The call is closed." in answer.text) == (409, True)

    def test_are_a_page_for_fragments(self, visitor):
        headers = {"HX-Request": "true", "Referer": "http://localhost/probe/page"}
        assert visitor.post("/probe/refuses", headers=headers).status_code == 409


class TestForgery:
    @pytest.mark.parametrize("data", [{}, {"csrf_token": "guessed"}])
    def test_a_post_without_the_token_is_turned_away(self, visitor, data):
        answer = visitor.client.post("/probe/writes", data=data)
        assert (answer.status_code, "Send it again" in answer.text) == (400, True)
        assert people() == 0

    def test_the_token_of_another_browser_is_worth_nothing(self, visitor, probed):
        other = probed.test_client().get("/sign-in").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', other).group(1)
        visitor.get("/sign-in")
        assert visitor.client.post("/probe/writes", data={"csrf_token": token}).status_code == 400

    def test_htmx_sends_it_in_a_header(self, visitor):
        token = re.search(r'name="csrf-token" content="([^"]+)"', visitor.get("/sign-in").text).group(1)
        assert visitor.client.post("/probe/writes", headers={"X-CSRFToken": token}).status_code == 200


class TestHeaders:
    def test_of_a_page(self, visitor):
        headers = visitor.get("/probe/page").headers
        assert {
            name: headers.get(name)
            for name in (
                "Content-Security-Policy",
                "X-Content-Type-Options",
                "Referrer-Policy",
                "Cache-Control",
                "Cross-Origin-Opener-Policy",
                "Permissions-Policy",
                "Strict-Transport-Security",
                "Vary",
            )
        } == {
            "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Strict-Transport-Security": None,
            "Vary": "Cookie",
        }

    def test_error_pages_have_them_too(self, visitor):
        assert visitor.get("/nothing").headers["Content-Security-Policy"] == web.CSP

    def test_assets_are_kept_for_a_year_and_change_their_address(self, visitor, probed):
        address = re.search(r'href="(/assets/[0-9a-f]{12}/css/print.css)"', visitor.get("/sign-in").text).group(1)
        with visitor.get(address) as answer:
            served = answer.data
        assert served == (Path(probed.static_folder) / "css" / "print.css").read_bytes()
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")

    def test_assets_of_another_version_are_the_present_ones_and_nobody_keeps_them(self, visitor, probed):
        with visitor.get("/assets/0123456789ab/css/tokens.css") as answer:
            served = answer.data
        assert served == (Path(probed.static_folder) / "css" / "tokens.css").read_bytes()
        assert answer.headers["Cache-Control"] == "no-cache"
        with visitor.get(
            "/assets/0123456789ab/css/tokens.css", headers={"If-None-Match": answer.headers["ETag"]}
        ) as same:
            assert same.status_code == 304

    @pytest.mark.parametrize("path", ["../../../config.py", "..%2f..%2fconfig.py"])
    def test_assets_do_not_lead_out_of_their_folder(self, visitor, path):
        assert visitor.get(f"/assets/0/{path}").status_code == 404

    def test_the_cookie_is_closed_to_scripts_and_other_sites(self, visitor):
        cookie = visitor.get("/sign-in").headers["Set-Cookie"]
        assert re.sub("=[^;]+;", "=x;", cookie, count=1) == "funade=x; HttpOnly; Path=/; SameSite=Lax"

    def test_over_https_it_is_bound_to_the_host(self, settings):
        secure = create_app(type(settings)(**{**vars(settings), "base_url": "https://localhost", "proxies": 1}))
        answer = secure.test_client().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
        cookie = re.sub("=[^;]+;", "=x;", answer.headers["Set-Cookie"], count=1)
        assert cookie == "__Host-funade=x; Secure; HttpOnly; Path=/; SameSite=Lax"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


class TestForwarding:
    FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}

    def test_is_not_believed_without_a_proxy_of_ours(self, visitor):
        assert visitor.get("/probe/said", headers=self.FORGED).text.split()[2:] == ["127.0.0.1", "http"]

    def test_other_hosts_are_not_served(self, visitor):
        assert visitor.get("/probe/page", headers={"Host": "evil.example"}).status_code == 400


class TestWithoutDatabase:
    @pytest.fixture
    def away(self, probed, tmp_path) -> Iterator[None]:
        with entered(probed.installation), connected(f"sqlite:///{tmp_path}/nowhere/funade.db"):
            yield

    @pytest.mark.parametrize("path", ["/", "/sign-in", "/calls/kobe", "/settings/profile"])
    def test_pages_say_when_to_try_again(self, visitor, person, away, path):
        with visitor.client.session_transaction() as cookie:
            cookie["_user_id"] = "somebody"
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert re.findall("<h1>(.*?)</h1>", answer.text) == ["Try again in a minute"]

    def test_a_form_says_so_too(self, visitor, away):
        page = visitor.get("/nothing")  # needs no database for somebody unknown
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.text).group(1)
        answer = visitor.client.post("/probe/writes", data={"csrf_token": token})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")

    def test_a_database_that_is_locked_for_too_long_is_away(self, visitor, probed):
        kept = db.engine()
        impatient = create_engine(kept.url, connect_args={"timeout": 0})
        event.listen(impatient, "begin", db._begin_sqlite)
        alone = kept.execution_options(writes=True).begin()
        with alone, entered(probed.installation), having(engine=impatient):
            answer = visitor.post("/probe/writes")
        impatient.dispose()
        assert answer.status_code == 503

    def test_missing_tables_are_a_fault_that_no_waiting_mends(self, visitor, probed, tmp_path):
        with entered(probed.installation), connected(f"sqlite:///{tmp_path}/bare.db"):
            answer = visitor.get("/")
        assert answer.status_code == 500


class TestRedirects:
    @pytest.mark.parametrize(
        ("wanted", "taken"),
        [
            ("/home", "/home"),
            ("/home?a=1#b", "/home?a=1#b"),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("https://evil.example", None),
            ("javascript:alert(1)", None),
            ("home", None),
            ("", None),
            (None, None),
            ("/a\nLocation: //evil.example", None),
            ("/a\r\nX: y", None),
            ("/\t/evil.example", None),
        ],
    )
    def test_stay_on_the_site(self, wanted, taken):
        assert web.safe_path(wanted) == taken

    def test_a_form_cannot_send_anybody_away(self, visitor):
        assert visitor.post("/probe/sends-on", {"next": "//evil.example"}).location == "/"


class TestErrorPages:
    @pytest.mark.parametrize(
        ("path", "code", "title"),
        [
            ("/nothing", 404, "Not found"),
            ("/probe/sends-on", 405, "Not found"),
            ("/probe/breaks", 500, "That did not work"),
        ],
    )
    def test_say_in_plain_words_what_happened(self, visitor, path, code, title):
        answer = visitor.get(path)
        assert (answer.status_code, re.findall("<h1>(.*?)</h1>", answer.text)) == (code, [title])

    def test_tell_no_detail(self, visitor, caplog):
        answer = visitor.get("/probe/breaks")
        assert ("secret" in answer.text, "ZeroDivisionError" in answer.text, "Traceback" in answer.text) == (False,) * 3
        assert [record.getMessage() for record in caplog.records] == ["GET probe.breaks failed"]

    def test_too_large_a_file_is_told_apart(self, visitor):
        form = "application/x-www-form-urlencoded"
        answer = visitor.client.post("/probe/sends-on", data=b"next=" + b"x" * (22 * 1024 * 1024), content_type=form)
        assert (answer.status_code, re.findall("<h1>(.*?)</h1>", answer.text)) == (413, ["Too large"])

    def test_speak_the_visitors_language(self, visitor):
        answer = visitor.get("/nothing", headers={"Accept-Language": "ja"})
        assert '<html lang="ja"' in answer.text


class TestLanguage:
    @pytest.mark.parametrize(("asked", "spoken"), [("ja,en;q=0.5", "ja"), ("de,fr", "en"), ("", "en"), ("en-GB", "en")])
    def test_of_a_stranger_is_the_browsers(self, visitor, asked, spoken):
        assert visitor.get("/probe/said", headers={"Accept-Language": asked}).text.split()[0] == spoken

    def test_of_a_person_is_their_own(self, visitor):
        with db.transaction():
            person = make_person(language="ja", zone="Asia/Tokyo")
        answer = visitor.sign_in(person).get("/probe/said", headers={"Accept-Language": "en"})
        assert answer.text.split()[:2] == ["ja", "Asia/Tokyo"]


def test_a_block_of_a_page_comes_alone(probed, visitor):
    with probed.test_request_context("/"), db.reading():
        assert web.render_block("errors/problem.html", "title", title="A & B", text="") == "A &amp; B"
