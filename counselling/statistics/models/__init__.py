"""Tables of the statistics."""
