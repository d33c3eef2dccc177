"""From original files to batches."""
