"""Compose the files of a scenario, its upgrades and its settings into one tree."""
