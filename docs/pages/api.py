"""A page for each module that names its public parts in ``__all__``."""

import importlib
import inspect
import pkgutil
from types import ModuleType

import stagelens

FIRST = ("stagelens", "stagelens.records", "stagelens.explain", "stagelens.compare", "stagelens.export", "stagelens.framework")
"""What most people look for comes first; the rest follows by name."""


MADE_ELSEWHERE = ("Lens",)
"""Classes whose parts are not for users: how they are called is left out."""


def modules() -> list[ModuleType]:
    """Return the public modules in the order of the site."""
    names = [m.name for m in pkgutil.walk_packages(stagelens.__path__, "stagelens.") if not m.name.endswith("__main__")]
    found = [stagelens, *(module for name in names if hasattr(module := importlib.import_module(name), "__all__"))]
    return sorted(found, key=lambda m: (FIRST.index(m.__name__) if m.__name__ in FIRST else len(FIRST), m.__name__))


def public() -> dict[str, list[str]]:
    """Return module to the public names that are told of on its page; each thing stands on one page only."""
    seen: set[int] = set()
    result: dict[str, list[str]] = {}
    for module in modules():
        things = {name: getattr(module, name) for name in module.__all__ if not name.startswith("__")}
        result[module.__name__] = [name for name, thing in things.items() if not (callable(thing) and id(thing) in seen)]
        seen |= {id(thing) for thing in things.values() if callable(thing)}
    return {module: names for module, names in result.items() if names}


def pages() -> dict[str, str]:
    """Return a page a module, and the list of them."""
    found = public()
    made = {f"{module}.rst": _page(module, names) for module, names in found.items()}
    listed = "\n".join(f"   {module}" for module in found)
    rows = "\n".join(f"   * - :doc:`{module}`\n     - {(inspect.getdoc(importlib.import_module(module)) or '').splitlines()[0]}" for module in found)
    made["index.rst"] = (
        "Python\n======\n\nWhat is on these pages is kept: it changes only with a new version and a line in the changelog. All offsets are code points.\n\n"
        f".. list-table::\n   :widths: auto\n\n{rows}\n\n.. toctree::\n   :hidden:\n\n{listed}\n")
    return made


def _page(module: str, names: list[str]) -> str:
    mod = importlib.import_module(module)
    table = "\n".join(f"   {name}" for name in names)
    parts = [f"{module}\n{'=' * len(module)}\n", f".. automodule:: {module}\n   :no-members:\n", f".. currentmodule:: {module}\n",
             f".. autosummary::\n   :nosignatures:\n\n{table}\n", *(_entry(mod, name) for name in names)]
    return "\n".join(parts)


def _entry(module: ModuleType, name: str) -> str:
    thing = getattr(module, name)
    if inspect.isclass(thing):
        kind = "autoexception" if issubclass(thing, Exception) else "autoclass"
        return f".. {kind}:: {name}{'()' * (name in MADE_ELSEWHERE)}\n   :members:\n"
    if callable(thing):
        return f".. autofunction:: {name}\n"
    return f".. autodata:: {name}\n   :no-value:\n"
