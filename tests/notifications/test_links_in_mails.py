"""Nothing that somebody typed becomes a link in a mail of ours."""

import re

import pytest

from accelerator.core.web import App
from accelerator.notifications.texts import absolute, environment, unlinked

TYPED = "Locked: https://evil.example/in or www.evil.example or evil.com"
LINK = re.compile(r"://|\b[\w-]+\.[a-z]{2,}\b")


def rendered(source: str, name: str = "mail.txt", **values: object) -> str:
    env = environment()
    template = env.from_string(source)
    template.name = name
    return template.render(**values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ typed }}",
        '{{ _("Hello %(name)s,", name=typed) }}',
        '{{ ngettext("%(num)s %(name)s", "%(num)s %(name)s", 2, name=typed) }}',
    ],
)
def test_texts_of_people_hold_no_links(source: str) -> None:
    assert LINK.findall(rendered(source, typed=TYPED)) == []


@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example/@in",
        "kim@example.org\nhttps://evil.example",
        "a@b:https://evil.example",
        "evil.example/?a=b@c.d",
    ],
)
def test_an_at_sign_lets_no_link_through(typed: str) -> None:
    words = [word for word in unlinked(typed).split() if word != "kim@example.org"]
    assert LINK.findall(" ".join(words)) == []


def test_they_look_as_they_were_typed_and_mail_addresses_stay_whole() -> None:
    assert unlinked(TYPED).replace("\u2060", "") == TYPED
    assert unlinked("Write to kadri.lepik@example.org.") == "Write to kadri.lepik@example.org."


def test_our_own_links_and_those_of_the_team_stay_links(app: App) -> None:
    assert rendered("{{ absolute('/x') }}") == absolute("/x")
    assert rendered("{{ link(typed) }}", typed=TYPED) == TYPED
    assert rendered('{{ _("Hello %(name)s,", name=absolute("/x")) }}') == f"Hello {absolute('/x')},"
