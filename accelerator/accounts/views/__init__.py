"""Pages of accounts. ``visitor`` tells who makes a request; the other files are the pages."""
