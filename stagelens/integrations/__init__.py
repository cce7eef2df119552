"""stagelens at home in other libraries: spaCy and scikit-learn here, pandas in `stagelens.pandas`."""
