"""Transcripts in the formats recorders and typists give, each as turns with a map back to the file."""

from .read import FORMATS, read_transcript, read_transcripts
from .records import Piece, Transcript, Turn
from .roles import Roles

__all__ = ["FORMATS", "Piece", "Roles", "Transcript", "Turn", "read_transcript", "read_transcripts"]
