"""Figures drawn by matplotlib: as files of a results folder, and as SVG in the report."""
