"""SCREEN. Eligibility before scoring: rules that run and explain themselves, then a person's verdict with a reason.

Rules run when an application is sent and again when it changes. Staff act; an eligible application goes on to scoring,
a failed one only after a second person confirmed it.
"""
