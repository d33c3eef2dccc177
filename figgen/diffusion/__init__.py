"""Captions to latents: denoisers, text encoders, samplers, solvers."""
