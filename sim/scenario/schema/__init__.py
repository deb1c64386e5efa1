"""The schema of scenario files as pydantic models: every key, its type and its limits."""
