"""The blueprint of this stage, and who its pages speak to."""

from typing import Any

from accelerator.core.charts.bars import bar
from accelerator.core.countries import country_name
from accelerator.core.web import Feature
from accelerator.scoring import list_columns

bp = Feature("scoring", __name__)
OFFERS = (list_columns,)
"""What is offered on the list of applications: taking it in is all that it needs."""


@bp.context_processor
def _drawing() -> dict[str, Any]:
    return {"bar": bar, "country_name": country_name}
