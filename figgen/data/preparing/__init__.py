"""Original files to shards, once."""
