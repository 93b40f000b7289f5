"""What scoring adds to the columns of the list of applications: the mean of the scores in the current round."""

from collections.abc import Collection

from sqlalchemy import select

from accelerator.core.i18n import lazy
from accelerator.core.prepared import columns
from accelerator.intake.queries.columns import Column, Texts, declare
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry
from accelerator.scoring.queries.rounds import current_round


def _means(edition: Edition, ids: Collection[int]) -> Texts:
    """The whole team sees scores (``scoring.rules.can_see_scores``), but of what bars somebody: the list has none of it."""
    round_ = current_round(edition)
    if round_ is None:
        return {}
    scored = select(RankingEntry.application_id, RankingEntry.raw_mean).where(
        RankingEntry.round_id == round_.id, RankingEntry.application_id.in_(ids), RankingEntry.raw_mean.is_not(None)
    )
    return {application_id: f"{mean:.2f}" for application_id, mean in columns(scored)}


declare(Column("score", lazy("Mean score"), texts=_means, is_number=True))
