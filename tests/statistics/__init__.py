"""Tests of counselling/statistics."""
