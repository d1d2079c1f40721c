"""How it runs for real, and the scripts that prepare it."""
