"""What things cost, as paired ratios: two ways in one process, in turn, ratio of each pair."""
