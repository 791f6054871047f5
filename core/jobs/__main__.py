"""A worker for the queue of one kind: `python -m core.jobs KIND`."""

import sys

from core.jobs.worker import main

if __name__ == "__main__":
    main(sys.argv[1])
