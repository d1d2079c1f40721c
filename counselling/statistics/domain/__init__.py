"""Rules of counting and publishing: plain functions; see docs/statistics.md."""
