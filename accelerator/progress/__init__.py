"""TRACK. What a startup of the cohort has promised and how it is doing: milestones with evidence, metrics with values.

A milestone is planned, sent in with evidence, then achieved or sent back. A value is never overwritten: a correction
keeps the old one. Founders report, staff and partners read, staff review.
"""
