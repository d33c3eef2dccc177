"""Numbers about pictures, each with its n and its interval."""
