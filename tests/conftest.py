import pytest

import stagelens


@pytest.fixture(scope="session")
def lens():
    """The built-in lens, made once: it holds no state between texts."""
    return stagelens.load()
