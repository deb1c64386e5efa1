"""Figures of the report that the terminal run has not."""
