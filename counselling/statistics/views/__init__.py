"""Pages for those who lead."""
