"""figgen: one trainer for generating figures whose text can be read."""

import os

__version__ = "0.1.0"

# Before torch starts: threads that spin while they wait make a step 40 times as slow beside one other busy process.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
