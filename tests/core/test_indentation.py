"""Indentation of templates is for readers: what it keeps apart stays apart, the rest is not sent."""

import pytest
from jinja2 import DictLoader, Environment

from accelerator.core.indentation import Unindented

LAID_OUT = """<ul>
    {% for name in names %}
      <li
        class="name"
      >
        {{ name }}<i>!</i>
      </li>
    {% endfor %}
</ul>
{{ first }}
  {{ second }}
{% if third %}
  {{ third }}
{% endif %}
"""


def drawn(name: str) -> str:
    environment = Environment(
        extensions=[Unindented], loader=DictLoader({name: LAID_OUT}), trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name).render(names=["A", "B"], first="1.", second="2.", third="3.")


def test_a_page_is_sent_without_indentation_and_with_every_gap() -> None:
    assert drawn("page.html") == (
        '<ul>\n <li\nclass="name"\n>\nA<i>!</i></li>\n <li\nclass="name"\n>\nB<i>!</i></li>\n</ul>\n1.\n2.\n 3.\n'
    )


@pytest.mark.parametrize("name", ["mail.txt", "report.css"])
def test_where_blanks_count_they_stay(name: str) -> None:
    assert '      <li\n        class="name"\n' in drawn(name)


def test_a_fault_is_reported_at_the_line_of_the_file() -> None:
    environment = Environment(extensions=[Unindented], loader=DictLoader({"page.html": LAID_OUT + "{{ 1 / 0 }}"}))
    with pytest.raises(ZeroDivisionError) as fault:
        environment.get_template("page.html").render(names=["A"])
    assert fault.traceback[-1].lineno + 1 == LAID_OUT.count("\n") + 1
