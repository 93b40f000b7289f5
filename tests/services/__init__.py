"""What tests with real servers share: a database of either kind, worker processes, and jobs for them to do."""
