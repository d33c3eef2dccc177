"""Built-in samples, drawn by real renderers in the original formats."""
