"""Pages about figgen, and the command that keeps their tables true: python -m docs."""
