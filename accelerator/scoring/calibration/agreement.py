"""How far reviewers agree, whatever the model: ICC(1) and Krippendorff's alpha."""

import numpy as np

from accelerator.scoring.calibration.design import Design


def within_variance(design: Design) -> float | None:
    """Pooled variance of scores of the same application; None when none was read twice."""
    freedom = len(design.value) - len(design.reads)
    if freedom == 0:
        return None
    return float(((design.value - design.means[design.app]) ** 2).sum()) / freedom


def one_way_icc(design: Design) -> float | None:
    """Agreement of single scores, ICC(1) by analysis of variance (Shrout and Fleiss 1979).

    Numbers of reads may differ. Severity counts as disagreement. Can be negative. None when it is not defined.
    """
    within, count = within_variance(design), len(design.reads)
    if within is None or count < 2:
        return None
    reads, total = design.reads, len(design.value)
    between = float((reads * (design.means - design.value.mean()) ** 2).sum()) / (count - 1)
    typical = (total - float((reads**2).sum()) / total) / (count - 1)
    denominator = between + (typical - 1.0) * within
    return (between - within) / denominator if denominator > 0 else None


def krippendorff_alpha(design: Design) -> float | None:
    """Krippendorff's alpha for interval data (2011); 1 is full agreement, 0 what chance gives.

    Applications with one score carry no information on agreement and are left out. None when all scores are equal.
    """
    paired = design.reads[design.app] > 1
    value, app = design.value[paired], design.app[paired]
    if len(value) == 0:
        return None
    reads = design.reads[design.reads > 1]
    spread = np.bincount(app, weights=(value - design.means[app]) ** 2)[np.unique(app)]
    observed = float((2.0 * reads * spread / (reads - 1.0)).sum()) / len(value)
    expected = 2.0 * float(((value - value.mean()) ** 2).sum()) / (len(value) - 1)
    return 1.0 - observed / expected if expected > 0 else None
