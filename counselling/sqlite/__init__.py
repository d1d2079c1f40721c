"""The embedded database: Django's SQLite with a fair queue of writers (pitfalls 18, docs/decisions/0002)."""
