"""REPORT. Frozen figures and what is made of them: the cohort report as PDF, in English and Japanese.

A snapshot holds every figure with value, unit, as-of date, source and denominator; it never changes. A report is one
rendering of one snapshot by a worker: rendered again it comes out byte for byte the same. ``figures`` is pure.
"""
