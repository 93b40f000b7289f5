"""Forms of this stage, one file per subject: shape and choices only."""
