"""Training-input policies: what the denoiser is shown while it learns."""
