"""figgen: one trainer for generating figures whose text can be read."""

import os

__version__ = "0.1.0"

# Before torch starts. Threads that spin while they wait for each other make a step 40 times as slow beside one other
# busy process; threads that sleep at once make it half as slow again without one. So they spin for an instant.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
