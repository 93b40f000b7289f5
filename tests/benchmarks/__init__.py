"""What the program costs: ``python -m tests.benchmarks`` measures and prints the tables beside the budget."""
