"""TRAIL: who did what in an edition, in sentences, as a page and as a file. Owns no tables.

Every stage declares its acts in its own ``acts.py``, and the trail stands behind them all, so it may ask each of them
what a row is called, which page shows it and who may know of it. The team reads it; nobody changes anything here.
"""
