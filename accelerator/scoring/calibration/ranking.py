"""Who is among the best: chances by counting draws, and what calibrating changes."""

import numpy as np

from accelerator.scoring.calibration.answer import Swaps
from accelerator.scoring.calibration.design import Floats, Ints, Mask


def chances(draws: Floats, places: int) -> Floats:
    """Share (n) of the draws (draws, n) in which each is among the greatest ``places``.

    Those that tie for the last places share them evenly, so that the shares always add up to ``places``.
    """
    count = draws.shape[1]
    if places >= count:
        return np.ones(count)
    if places == 0:
        return np.zeros(count)
    edge = np.partition(draws, count - places, axis=1)[:, count - places, None]
    above, level = draws > edge, draws == edge
    left = places - above.sum(axis=1, keepdims=True)
    return np.asarray((above + level * (left / level.sum(axis=1, keepdims=True))).mean(axis=0))


def swaps(ids: Ints, raw: Floats, adjusted: Floats, ranked: Mask, places: int) -> Swaps:
    """Changes among the best ``places`` of the ``ranked`` when adjusted scores replace raw means.

    Equal raw means are ranked as their adjusted scores are, so that only true reversals are called swaps.
    """
    # Sums of the same scores in another order may differ in the last digits.
    tidy_raw, tidy = np.round(raw[ranked], 9), np.round(adjusted[ranked], 9)
    before = set(ids[ranked][np.lexsort((ids[ranked], -tidy, -tidy_raw))[:places]].tolist())
    after = set(ids[ranked][np.lexsort((ids[ranked], -tidy))[:places]].tolist())
    return Swaps(entering=tuple(sorted(after - before)), leaving=tuple(sorted(before - after)))
