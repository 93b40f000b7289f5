"""Writes of screening: rules and their runs, verdicts, the second person's word, and taking back."""
