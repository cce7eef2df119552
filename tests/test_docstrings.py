"""Every public name says in its docstring what goes in, what comes out, what may go wrong, and shows an example that runs.

Public is what a module names in ``__all__``; a new module with one is held to the same by itself. That the examples run is what pytest's doctest does
over ``stagelens/``.
"""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import textwrap

import pytest
from numpydoc.docscrape import ClassDoc, FunctionDoc
from numpydoc.validate import validate

import stagelens

WANTED = {
    "GL08": "has no docstring", "SS01": "has no summary", "SS05": "begins otherwise than with what it does", "PR01": "does not document all its parameters",
    "PR02": "documents a parameter it does not have", "RT01": "does not say what it returns", "YD01": "does not say what it yields", "EX01": "has no example"}


def public():
    """Each public name once, as (its address, the object)."""
    seen = {}
    modules = [stagelens] + [importlib.import_module(m.name) for m in pkgutil.walk_packages(stagelens.__path__, "stagelens.") if m.name != "stagelens.__main__"]
    for module in modules:
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if callable(thing):
                seen.setdefault(f"{thing.__module__}.{thing.__qualname__}", thing)
                seen |= {f"{thing.__module__}.{thing.__qualname__}.{method}": member for method, member in _methods(thing)}
    return sorted(seen.items())


def _methods(thing):
    """The public methods that a class of ours defines itself."""
    if inspect.isclass(thing):
        for name, member in vars(thing).items():
            if inspect.isfunction(member) and not name.startswith("_"):
                yield name, member


PUBLIC = public()
FUNCTIONS = [(address, thing) for address, thing in PUBLIC if not inspect.isclass(thing)]
CLASSES = [(address, thing) for address, thing in PUBLIC if inspect.isclass(thing)]


def _ids(pairs):
    return [address.removeprefix("stagelens.") for address, _ in pairs]


def _raised(function):
    """Names of our errors that a function raises by itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    return {call.func.id for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("InputError", "SettingsError", "ResourceError")}


def test_the_public_names_are_found():
    addresses = dict(PUBLIC)
    assert {"stagelens.lens.load", "stagelens.lens.Lens.tag", "stagelens.batch.run.run", "stagelens.integrations.sklearn.StageMarkers"} <= addresses.keys()
    assert len(addresses) > 100


@pytest.mark.parametrize(("address", "function"), FUNCTIONS, ids=_ids(FUNCTIONS))
def test_a_public_function_tells_its_parameters_result_errors_and_an_example(address, function):
    problems = [WANTED[code] for code, _ in validate(address)["errors"] if code in WANTED]
    told = {name.strip() for entry in FunctionDoc(function)["Raises"] for name in entry.type.split(",")}
    problems += [f"does not say that it raises {error}" for error in _raised(function) - told]
    assert not problems, f"{address} {'; '.join(problems)}"


@pytest.mark.parametrize(("address", "kind"), CLASSES, ids=_ids(CLASSES))
def test_a_public_class_tells_its_fields_and_an_example(address, kind):
    doc = ClassDoc(kind)
    assert doc["Summary"], f"{address} has no summary"
    assert doc["Examples"], f"{address} has no example"
    fields = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else list(inspect.signature(kind.__init__).parameters)[1:]
    told = {name.strip() for entry in (*doc["Parameters"], *doc["Attributes"]) for name in entry.name.split(",")}
    if not issubclass(kind, Exception) and kind is not stagelens.Lens:  # a lens is made by load, its parts are not for users
        missing = set(fields) - told - {"framework"}
        assert not missing, f"{address} does not document {', '.join(sorted(missing))}"


def test_a_docstring_without_its_sections_would_be_noticed():
    """The check itself: what it looks for is reported for a function that lacks it."""
    codes = {code for code, _ in validate(f"{__name__}.bare")["errors"]}
    assert {"PR01", "RT01", "EX01"} <= codes


def bare(text):
    """Return a text."""
    return text
