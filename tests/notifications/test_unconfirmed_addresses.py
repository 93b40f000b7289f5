"""What a mail may hold whose reader has confirmed nothing yet: no word that a stranger typed, whatever the kind of mail."""

import pytest
from jinja2 import Environment, meta

from tests.architecture.source import ROOT

EMAILS = ROOT / "templates" / "emails"
ASKED_BY_STRANGERS = (
    "address_is_taken",
    "confirm_address",
    "confirm_further_address",
    "event_confirm",
    "founder_invited",
    "founder_uninvited",
)
BY_THE_TEAM = ("invitation", "invitation_withdrawn")
"""Whoever sends these holds a role in the programme, and the trail keeps who it was."""
OURS = {
    *("_", "absolute", "button", "language", "moment", "period", "pick", "sep", "span"),
    *("path", "decline", "page", "lives", "expires_at"),  # links and terms
    *("name", "added"),  # of the account that the mail goes to, whose owner typed both
    "event",  # published by the team
}


@pytest.mark.parametrize("kind", ASKED_BY_STRANGERS)
def test_it_can_t_name_what_was_typed(kind: str) -> None:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    used = {
        name
        for path in (EMAILS / kind).iterdir()
        for name in meta.find_undeclared_variables(environment.parse(path.read_text(encoding="utf-8")))
    }
    assert used - OURS == set()


def test_every_mail_that_says_somebody_typed_the_address_is_on_the_list() -> None:
    """Their last line says why a stranger gets them."""
    said = {
        path.parent.name
        for path in EMAILS.glob("*/body.html")
        if "because somebody" in path.read_text(encoding="utf-8")
    }
    assert said <= {*ASKED_BY_STRANGERS, *BY_THE_TEAM}
