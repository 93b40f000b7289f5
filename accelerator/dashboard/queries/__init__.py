"""What waits for each kind of person, read across the stages."""
