"""What an autoencoder is trained to keep: one idea per file."""
