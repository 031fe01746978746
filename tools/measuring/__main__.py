"""Measure the package beside other libraries: digits, time and memory, and what they answer where digits are lost.

A record is saved when all of it was measured, beside all libraries (an environment with the versions of
`requirements/frameworks.lock` has them); otherwise the run says what is missing, and the saved record stays.
A `*` marks a missed goal.
"""

import os
import sys

THREADS = "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS VECLIB_MAXIMUM_THREADS NUMEXPR_NUM_THREADS"


def main():
    # One core for all. Libraries read these variables when they are imported, so the imports come after.
    os.environ.update(dict.fromkeys(THREADS.split(), "1"))
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from tools.measuring import command

    command.run(sys.argv[1:], __doc__)


if __name__ == "__main__":
    main()
