"""What people do with mentors, hours and sessions."""
