"""What holds for all tests: several run at a time, each on one core."""

import os

# before NumPy is imported: threads of their own would only get in each other's way
os.environ.setdefault("OMP_NUM_THREADS", "1")
