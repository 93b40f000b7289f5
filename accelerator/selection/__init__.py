"""SELECT. The board, pending decisions, their approval and release, offers and the waitlist; the cohort.

A decision is pending until a release takes it; the release moves every application and writes every mail in one
transaction, so nothing leaks before and nobody is forgotten. Staff decide, a second person approves, founders answer.
"""
