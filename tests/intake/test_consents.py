"""Consents as records: given with what is sent, asked in one way, withdrawn at once, given again as history."""

import re
from datetime import timedelta
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.cli.migrate import downgrade, settings, upgrade
from accelerator.core import clock, db, scope
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.intake.consent_models import Consent, ConsentText, Ending, Purpose
from accelerator.intake.models import Application, Question
from accelerator.intake.operations import consents as operations
from accelerator.intake.operations import sending, withdrawing
from accelerator.intake.queries import forms
from accelerator.intake.queries.consents import boxes_of, consented, has_consented
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition, Host, HostMember
from tests.factories import make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form, share
from tests.factories.startups import make_application
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]


def send(application: Application, edition: Edition) -> Any:
    """Send now, as the applicant."""
    form = forms.plain_form(forms.current_form(edition))
    return sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)


def told(application: Application) -> list[tuple[str, int, int, str | None]]:
    """Key, version of the text, revision and ending of each consent, in the order of giving."""
    rows = select(Consent, ConsentText).join(ConsentText).where(Consent.application_id == application.id)
    return [
        (consent.key.replace(str(text.host_id), "N"), text.version, consent.revision_number, consent.ending)
        for consent, text in session().execute(rows.order_by(Consent.id))
    ]


@pytest.fixture
def sent(app):
    """A sent application of an edition whose one host reads, a partner of it, and a founder of another firm."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        host = session().query(Host).one()
        host.reads_applications = True
        application = make_complete_draft(edition, form, consent_statistics=["given"])
        send(application, edition)
        partner = make_member(edition, Role.PARTNER)
        add(HostMember(edition_id=edition.id, host_id=host.id, person_id=partner.id))
        other = make_application(edition, reference="A-9000").applicant
    return edition, application, partner, other


def of_box(application: Application, question: str) -> Consent:
    """The newest consent of a question."""
    rows = select(Consent).where(Consent.application_id == application.id, Consent.key.startswith(question))
    return session().scalars(rows.order_by(Consent.id.desc())).first()


def test_sending_records_what_is_ticked_once_and_unticking_withdraws(sent) -> None:
    edition, application, *_ = sent
    with db.transaction(), scope.choose(edition.scope):
        application = session().get_one(Application, application.id)
        first = [
            ("consent_statistics:given", 1, 1, None),
            ("consent_processing:given", 1, 1, None),
            ("consent_hosts:host-N", 1, 1, None),
        ]
        assert told(application) == first
        application.answers = {**application.answers, "city": "Tartu"}
        send(application, edition)
        assert told(application) == first
        application.answers = {key: value for key, value in application.answers.items() if key != "consent_statistics"}
        revision = send(application, edition)
        assert told(application) == [(*first[0][:3], Ending.UNTICKED), *first[1:]]
        ended = of_box(application, "consent_statistics")
        assert (ended.ended_at, ended.ended_by) == (revision.sent_at, application.applicant_id)


def test_other_words_are_a_new_version_and_leave_the_old_ones(sent) -> None:
    edition, application, *_ = sent
    with db.transaction(), scope.choose(edition.scope):
        question = session().query(Question).filter_by(key="consent_processing").one()
        question.choices = [{"value": "given", "label": {"en": "New words.", "ja": "新しい文面。"}}]
    with db.transaction(), scope.choose(edition.scope):
        application = session().get_one(Application, application.id)
        application.answers = {**application.answers, "city": "Tartu"}
        send(application, edition)
        assert told(application)[1] == ("consent_processing:given", 1, 1, Ending.REPLACED)
        assert told(application)[-1] == ("consent_processing:given", 2, 2, None)
        texts = session().query(ConsentText).filter_by(key="consent_processing:given").order_by(ConsentText.version)
        assert [text.wording["en"] for text in texts] == ["You may use our answers to run this call.", "New words."]
        assert len({text.digest for text in texts}) == 2


@pytest.mark.parametrize("state", ["given", "withdrawn", "expired", "expires", "other host", "never"])
def test_the_question_and_its_twin_in_sql_say_the_same(app, state) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition, hosts=2)
        host, second = session().query(Host).order_by(Host.id)
        application, other = make_application(edition), make_application(edition)
        share(other, second)
        if state != "never":
            consent = share(application, second if state == "other host" else host)
            if state == "withdrawn":
                consent.ended_at, consent.ending = clock.now(), Ending.WITHDRAWN
            if state.startswith("expire"):
                consent.expires_at = clock.now() + timedelta(days=1 if state == "expires" else -1)
        session().flush()
        for asked, answer in ((host, state in ("given", "expires")), (second, state == "other host")):
            rows = select(Application.id).where(has_consented(Purpose.HOST, asked))
            assert consented(application, Purpose.HOST, asked) is answer
            assert (application.id in session().scalars(rows).all()) is answer
        assert consented(application, Purpose.PROCESSING) is False


def test_a_founder_withdraws_and_gives_again_and_the_host_reads_accordingly(sent, browser) -> None:
    edition, application, partner, _other = sent
    base = f"/editions/{edition.slug}"
    read = f"{base}/partner/applications/{application.reference}"

    def partner_sees() -> tuple[int, bool, int]:
        browser.sign_in(partner)
        listed = browser.get(f"{base}/partner/applications")
        return (
            listed.status_code,
            f"partner/applications/{application.reference}" in listed.text,
            browser.get(read).status_code,
        )

    with db.reading(), scope.choose(edition.scope):
        founder = session().get_one(Application, application.id).applicant
        consent = of_box(application, "consent_hosts")
    way = f"{base}/my/consents/{consent.id}"
    assert partner_sees() == (200, True, 200)
    browser.sign_in(founder)
    page = browser.get("/settings/consents").text
    assert page.count("Withdraw this consent") == 3
    assert "can't open your application here" in browser.get(f"{way}/withdraw").text
    assert partner_sees() == (200, True, 200)  # asking does nothing
    assert browser.sign_in(founder).post(f"{way}/withdraw", {}).location == "/settings/consents"
    assert partner_sees() == (200, False, 404)
    assert "2 applications are not shared with Host 1." in browser.get(f"{base}/partner/applications").text
    page = browser.sign_in(founder).get("/settings/consents").text
    assert (page.count("Withdraw this consent"), page.count("Give this consent again")) == (2, 1)
    assert "Consent withdrawn" in page
    with db.reading(), scope.choose(edition.scope):
        assert "consent_hosts" not in session().get_one(Application, application.id).answers
    shown = re.search(r'name="text" value="(\d+)"', browser.get(f"{way}/give").text).group(1)
    assert browser.post(f"{way}/give", {"text": "7"}).status_code == 302
    assert partner_sees() == (200, False, 404)  # other words than those that were read
    browser.sign_in(founder).post(f"{way}/give", {"text": shown})
    assert partner_sees() == (200, True, 200)
    with db.reading(), scope.choose(edition.scope):
        here = session().get_one(Application, application.id)
        assert [row[3] for row in told(here) if row[0].startswith("consent_hosts")] == [Ending.WITHDRAWN, None]
        mails = session().scalars(select(Message.kind).where(Message.kind.startswith("consent_"))).all()
        assert mails == ["consent_changed", "consent_changed"]
        assert here.answers["consent_hosts"] == [consent.key.split(":")[1]]


def test_what_was_withdrawn_is_not_given_again_by_what_is_only_sent_along(sent) -> None:
    """After the close the team asks about one answer; the others are sent along as they were."""
    edition, application, *_ = sent
    with db.transaction(), scope.choose(edition.scope):
        application = session().get_one(Application, application.id)
        form, given = forms.plain_form(forms.current_form(edition)), dict(application.answers)
        consent = of_box(application, "consent_hosts")
        operations.withdraw_consent(consent, edition=edition, actor=application.applicant)
        operations.record_consents(
            application, form, given, number=1, keys=["market"], at=clock.now(), actor=application.applicant
        )
        assert [box.text.purpose for box in boxes_of(application) if box.now] == [
            Purpose.PROCESSING,
            Purpose.STATISTICS,
        ]
        with pytest.raises(Refused, match="isn't in force any more"):
            operations.withdraw_consent(consent, edition=edition, actor=application.applicant)


def test_others_find_neither_page_nor_act(sent, browser) -> None:
    edition, application, partner, other = sent
    with db.transaction(), scope.choose(edition.scope):
        consent, staff = of_box(application, "consent_hosts"), make_member(edition, Role.STAFF)
    way = f"/editions/{edition.slug}/my/consents/{consent.id}"
    for person in (partner, other, staff):
        browser.sign_in(person)
        assert [browser.get(f"{way}/{act}").status_code for act in ("withdraw", "give")] == [404, 404]
        assert [browser.post(f"{way}/{act}", {}).status_code for act in ("withdraw", "give")] == [404, 404]
        assert "Northbreath" not in browser.get("/settings/consents").text
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/applications/{application.reference}").text
    assert page.count("In force since") == 3


def test_use_of_the_answers_ends_with_the_application_and_all_else_with_it(sent, browser) -> None:
    edition, application, *_ = sent
    with db.reading(), scope.choose(edition.scope):
        founder = session().get_one(Application, application.id).applicant
        consent = of_box(application, "consent_processing")
    base = f"/editions/{edition.slug}/my"
    browser.sign_in(founder)
    led = browser.get(f"{base}/consents/{consent.id}/withdraw").location
    assert led == f"{base}/{application.reference}/withdraw"
    browser.post(led, {"reason": "We stop."})
    with db.reading(), scope.choose(edition.scope):
        assert {row[3] for row in told(application)} == {Ending.APPLICATION}
    assert "this consent again" not in browser.get("/settings/consents").text


def test_the_migration_takes_over_what_was_sent(migrated_database: str) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form, consent_statistics=["given"])
        send(application, edition)
        application.answers = {key: value for key, value in application.answers.items() if key != "consent_statistics"}
        send(application, edition)
        gone = make_complete_draft(edition, form, name="Gone")
        send(gone, edition)
        withdrawing.withdraw(gone, reason="We stop.", edition=edition, actor=gone.applicant)
    before = rows()
    downgrade(str(ScriptDirectory.from_config(settings()).get_revision("consents1").down_revision))
    upgrade()
    assert rows() == before


def rows() -> list[tuple[Any, ...]]:
    """Everything that is on record."""
    asked = (Consent.application_id, Consent.key, Consent.revision_number, Consent.given_by, Consent.given_at)
    ends = (Consent.ending, Consent.ended_by, ConsentText.version, ConsentText.purpose, ConsentText.host_id)
    with db.reading() as opened, scope.everywhere():
        listed = select(*asked, *ends, ConsentText.digest).join(ConsentText, ConsentText.id == Consent.text_id)
        return [tuple(row) for row in opened.execute(listed.order_by(Consent.application_id, Consent.key))]
