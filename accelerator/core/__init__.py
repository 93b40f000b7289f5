"""What every stage stands on: database, web, clock, forms, audit, jobs. It knows no word of the domain."""
