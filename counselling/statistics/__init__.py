"""What supervisors learn without learning anything about one young person: counting, releases, charts, live load."""
