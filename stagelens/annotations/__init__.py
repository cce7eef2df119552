"""Annotations of human coders, in and out of the tools they use."""
