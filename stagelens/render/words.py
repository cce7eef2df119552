"""The fixed sentences that a page and the terminal share."""

from __future__ import annotations

TITLE = "What these words do"

SPEAKERS = {
    "responding": "Read as the words of a person who answers for harm.",
    "harmed": "Read as the words of the person who was harmed. They carry no findings: that person may say all of this.",
    "other": "Read as the words of someone else. They carry no findings.",
    "unknown": "It is not known who speaks. What follows holds only if these are the words of a person who answers for harm.",
}

DIMENSIONS = {
    "accountability": "Accountability",
    "curiosity": "Curiosity about the harmed person",
    "power": "Acknowledgement of power",
}

LEAD = "Each finding is one way in which the words may be heard, and there are others. You decide what fits."

NO_FINDINGS = ("No markers were found in these words, and that is all right. It does not mean that something is wrong with them, "
               "or that nothing in them matters. Many good sentences carry none of the phrases that stagelens knows.")

NO_TEXT = "No markers were found, since there are no words here to read."

MENTIONS = "These phrases stand in the text, but the speaker does not seem to say them as their own move. They count for nothing else here."

MISSING = "None of this is owed, and a short text need not hold it all."

STEP_NONE = "There is too little to suggest a step, and none is owed."

NEVER = "A person or a text has no one stage. Several can stand side by side, and people move between them."

FOOTER = (
    "What is shown here is read from the wording, since no one can read hearts. It tells which phrases may belong to which stage, and how "
    "firmly. It is never a grade of a person or a text. It cannot tell what happened, what was meant, or what anyone should do next.",
    "The harmed person owes no one patience, forgiveness or an answer.",
)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 finding`` or ``No findings``."""
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
