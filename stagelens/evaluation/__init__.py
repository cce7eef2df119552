"""Measuring: scores against gold spans. Nothing of the main path imports it."""
