"""The case's panel: facts, agreements, tasks, notes, danger; and asking a colleague of another team."""
