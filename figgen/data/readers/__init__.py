"""One reader per original on-disk format."""
