"""stagelens tags the words of an apology or response that may mark a stage of accountability.

    >>> import stagelens
    >>> lens = stagelens.load()
    >>> reading = lens.tag("I was wrong to read your letter out in class.")
    >>> reading.spans[0].marker
    'ownership'

It describes wording; it never grades a person.
"""

from .errors import InputError, ResourceError, SettingsError, StagelensError
from .lens import Lens, load
from .reading import Reading
from .records import Marker, Span, Stage
from .settings import Settings
from .version import __version__

__all__ = ["InputError", "Lens", "Marker", "Reading", "ResourceError", "Settings", "SettingsError", "Span", "Stage", "StagelensError",
           "__version__", "load"]
