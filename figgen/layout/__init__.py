"""Which words a picture shows, and where."""
