"""Lets ``python -m stagelens`` run the command line."""

from .cli import main

main()
