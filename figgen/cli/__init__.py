"""The door: what may be typed, checked before anything heavy is imported."""
