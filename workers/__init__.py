"""Workers: what runs behind the pages. ``python -m workers`` starts them all."""
