"""Shards to batches of fitted pictures."""
