"""The fixed sentences that a page and the terminal share."""

from __future__ import annotations

TITLE = "What these words do"

SPEAKERS = {
    "responding": "Read as the words of a person who answers for harm. If the person who was harmed wrote them, say so, and nothing is marked.",
    "harmed": "Read as the words of the person who was harmed. They carry no findings: that person may say all of this.",
    "other": "Read as the words of someone else. They carry no findings.",
    "unknown": "It is not known who speaks. What follows holds only if these are the words of a person who answers for harm.",
}

SPEAKERS_IN_TERMINAL = {
    **SPEAKERS,
    "responding": "Read as the words of a person who answers for harm. If the person who was harmed wrote them, add --speaker harmed, and nothing is marked.",
}
"""The same where an option says who speaks, rather than a field of the page."""

LEAD = "Each finding is one way in which the words may be heard, and there are others. You decide what fits."

WHY = "Add --why to see which words led to each finding."

NO_FINDINGS = ("No markers were found in these words, and that is all right. It does not mean that something is wrong with them, "
               "or that nothing in them matters. Many good sentences carry none of the phrases that stagelens knows.")

NO_TEXT = "No markers were found, since there are no words here to read."

MENTIONS = "These phrases stand in the text, but the speaker does not seem to say them as their own move. They count for nothing else here."

MISSING = "None of this is owed, and a short text need not hold it all."

STEP_NONE = "There is too little to suggest a step, and none is owed."

AUDIENCES = {
    "mediator": "For a mediator: what follows are questions to hold, not findings to hand over. The person who wrote this may hear the words otherwise, "
                "and so may the person they are for.",
    "speaker": "For the person who wrote this: you know what you meant, and you decide what fits. What follows may help you to hear your words as someone "
               "else may hear them.",
}
"""How the page speaks to the one who reads it."""

STEP_TITLES = {"mediator": "A next step that may help", "speaker": "A next step you could take, if it fits"}
QUESTION_TITLES = {"mediator": "Questions to offer, one at a time", "speaker": "Questions to ask yourself"}
NOT_ALOUD = "For the mediator, not to be read out"

UNCHANGED = "What was found is the same in both drafts."
NEITHER = "No markers were found in either draft. This says nothing about what the words mean to the people they concern."
COMPARED = "What is listed is what changed in the wording. Whether it is better is for the people concerned to say."

NEVER = "A person or a text has no one stage. Several can stand side by side, and people move between them."

FOOTER = (
    "What is shown here is read from the wording, since no one can read hearts. It tells which phrases may belong to which stage, and how "
    "firmly. It is never a grade of a person or a text. It cannot tell what happened, what was meant, or what anyone should do next.",
    "The harmed person owes no one patience, forgiveness or an answer.",
)


_NUMBERS = {1: "One dimension", 2: "Two dimensions", 3: "Three dimensions", 4: "Four dimensions", 5: "Five dimensions"}


def dimensions(number: int) -> str:
    """Return the heading above a framework's dimensions."""
    return _NUMBERS.get(number, f"{number} dimensions")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 finding`` or ``No findings``."""
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
