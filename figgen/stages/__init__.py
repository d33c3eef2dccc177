"""The road: from configs to objects, then stage by stage to results."""
