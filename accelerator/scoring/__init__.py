"""SCORE. Rounds of reading: rubric, reviewers, conflicts, assignment, reviews, and the calibrated ranking.

A round is a draft, then open, then closed. Staff set it up and assign; reviewers read and mark. ``allocation`` and
``calibration`` are pure: they know numbers, not rows. What comes out is a ranking entry per application, for selection.
"""
