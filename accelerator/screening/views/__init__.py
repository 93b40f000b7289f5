"""Pages of screening, for the programme team: the queue, each application, the rules and their editor."""
