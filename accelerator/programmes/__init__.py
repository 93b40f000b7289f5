"""Programmes and their editions: what runs, when, where, for whom, with which goals.

A programme is a lasting scheme; an edition is one dated run of it. Every row of an edition is seen only while that
edition is chosen (`core.scope`). All dates of an edition are instants made in its own zone.
"""
