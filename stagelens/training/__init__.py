"""From annotated phrases to a trained model. Nothing of the main path imports it."""
