"""The real database: Django's PostgreSQL with an upper bound of connections per process (docs/decisions/0015)."""
