"""Pages of this stage: the list, the plan and the agenda of an event, its public page with registration, its guests."""
