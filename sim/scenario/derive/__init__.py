"""Derive from a scenario what it does not state itself: arrivals, open hours, paths, classes."""
