"""One optimizer step and one fit, the same for every stage, resumable to the last bit."""
