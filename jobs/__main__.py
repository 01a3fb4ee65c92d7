"""`python -m jobs` is the console script."""

from jobs.cli import main

main()
