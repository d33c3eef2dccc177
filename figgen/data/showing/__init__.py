"""What a person sees of prepared data."""
