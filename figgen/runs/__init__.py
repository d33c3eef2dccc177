"""The ground under every stage: configs, run directories, tracking, progress. Knows no science."""
