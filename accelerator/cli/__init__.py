"""Commands of the installation: ``flask --app wsgi <command>``. Each runs inside a transaction of its own."""
