"""Both languages always: nothing missing, nothing left over, no placeholder lost."""

import runpy

import pytest

from tests.architecture.source import ROOT


@pytest.fixture(scope="module")
def faults():
    """What ``bin/translations check`` would print."""
    return runpy.run_path(str(ROOT / "bin" / "translations.py"))["check"]()


@pytest.mark.parametrize("kind", ["missing", "obsolete", "contradictory", "misfilled"])
def test_catalogues_are_complete_and_tidy(faults, kind):
    assert getattr(faults, kind) == []
