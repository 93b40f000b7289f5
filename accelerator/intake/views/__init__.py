"""Pages of intake: ``call`` for everybody, ``founder`` and ``writing`` for founders, ``staff`` and ``partner``;
``extending`` and ``late`` give more time."""
