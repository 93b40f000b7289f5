"""Templates are compiled once per language, and addresses are built once."""

import pytest
from flask import url_for
from jinja2 import DictLoader

from accelerator.core import i18n
from accelerator.core.icons import icon
from accelerator.core.templating import Environment
from accelerator.core.web import App

SENTENCES = {
    "page.html": '{% from "macro.html" import told with context %}{{ _("Sign out") }}|{{ told(_("Sent on")) }}',
    "macro.html": '{% macro told(word) %}<b title="{{ word }}">{{ _("Draft saved %(time)s", time=time) }}</b>{% endmacro %}',
}


def made(app: App, templates: dict[str, str]) -> Environment:
    built = Environment(app, loader=DictLoader(templates), autoescape=True, extensions=["jinja2.ext.i18n"])
    built.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    return built


@pytest.fixture
def environment(app: App) -> Environment:
    return made(app, SENTENCES)


def drawn(environment: Environment, language: str, **values: str) -> str:
    with i18n.speaking(language):
        return environment.get_template("page.html").render(**values)


def test_a_template_speaks_the_language_of_whoever_looks_also_in_what_it_imports(environment: Environment) -> None:
    english = 'Sign out|<b title="Sent on">Draft saved 9:00</b>'
    assert drawn(environment, "en", time="9:00") == english
    with i18n.speaking("ja"):
        japanese = f'{i18n.gettext("Sign out")}|<b title="{i18n.gettext("Sent on")}">'
        japanese += f"{i18n.gettext('Draft saved %(time)s', time='9:00')}</b>"
    assert drawn(environment, "ja", time="9:00") == japanese != english
    assert drawn(environment, "en", time="9:00") == english


def test_what_is_filled_in_is_escaped_and_the_sentence_is_not(app: App, environment: Environment) -> None:
    assert "Draft saved &lt;i&gt;" in drawn(environment, "en", time="<i>")
    plain = made(app, {"page.html": "{{ _('Read &amp; %(value)s', value='<') }}"})
    assert drawn(plain, "en") == "Read &amp; &lt;"


def test_a_sentence_that_is_chosen_while_drawing_is_looked_up_while_drawing(app: App) -> None:
    chosen = made(app, {"page.html": '{{ _(word) }}, {{ ngettext("%(num)s day", "%(num)s days", 2) }}'})
    assert drawn(chosen, "en", word="Sign out") == "Sign out, 2 days"


@pytest.mark.parametrize("values", [{}, {"view": "passed"}, {"view": None}, {"view": ["a", "b"]}, {"_anchor": "main"}])
def test_addresses_are_those_that_flask_builds(app: App, values: dict[str, object]) -> None:
    address = app.jinja_env.globals["url_for"]
    with app.test_request_context("/sign-in"):
        for endpoint in ("programmes.front", ".sign_in"):
            first = address(endpoint, **values)
            assert (first, address(endpoint, **values)) == (url_for(endpoint, **values),) * 2


def test_true_is_another_parameter_than_one(app: App) -> None:
    address = app.jinja_env.globals["url_for"]
    with app.test_request_context("/"):
        assert address("programmes.front", all=1) != address("programmes.front", all=True)


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        icon("no such icon")
    assert icon("close", small=True).startswith('<svg class="ico ico-s"')
