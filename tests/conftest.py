import pytest
from hypothesis import settings

import stagelens

settings.register_profile("patient", deadline=None)  # a busy machine is no broken promise; speed is measured in benchmarks/
settings.load_profile("patient")


@pytest.fixture(scope="session")
def lens():
    """The built-in lens, made once: it holds no state between texts."""
    return stagelens.load()
