"""The import rule: who may import whom."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent / "stagelens"
LAYERS = [
    {"records", "errors", "settings", "stops", "version"},
    {"required"},
    {"prepared"},
    {"scan"},
    {"shape"},
    {"framework", "patterns", "to_speaker"},
    {"features", "nearby", "sight"},
    {"keys"},
    {"segment", "rules", "model", "context", "turns", "merge", "profile", "explain"},
    {"reading", "modelfile"},
    {"compare"},
    {"lens"},
    {"export", "render", "transcripts"},
    {"conversation"},
    {"frames", "batch", "annotations", "web", "integrations"},
    {"agreement", "cluster", "report", "pandas"},
    {"evaluation"},
    {"training"},
    {"practice", "authoring"},
    {"cli_research", "cli_learning"},
    {"cli", "__main__", "__init__"},
]
STEPS = {"segment", "rules", "model", "context", "turns", "merge", "profile"}


def _layer(name):
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def _imports(path):
    """Names of our own modules that a file imports at its top level (lazy and type-only imports are free)."""
    inside = path.relative_to(ROOT).parts
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            depth = len(inside) - node.level
            if depth == 0:
                yield from [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]


def _files():
    for path in ROOT.rglob("*.py"):
        yield path.relative_to(ROOT).parts[0].removesuffix(".py"), path


def test_every_module_has_its_layer():
    for name, path in _files():
        assert any(name in layer for layer in LAYERS), f"{path} is not in a layer of this test"


def test_modules_import_only_from_layers_below_or_beside_them():
    for name, path in _files():
        if name == "__init__":
            continue
        for imported in _imports(path):
            assert _layer(imported) <= _layer(name), f"{path.name} imports {imported}, which stands above it"


def test_the_steps_do_not_know_each_other():
    for name, path in _files():
        if name in STEPS:
            assert not STEPS & set(_imports(path)), f"{path.name} imports another step"


def test_what_measures_and_learns_is_imported_late_and_by_commands_and_learning_alone():
    for name, path in _files():
        if name not in ("training", "evaluation"):
            assert not {"training", "evaluation"} & set(_imports(path)), f"{path.name} imports it when it is loaded"


def test_records_import_nothing_of_ours():
    assert not list(_imports(ROOT / "records.py"))


def test_no_pickle_is_loaded_anywhere():
    for _, path in _files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert not names & {"pickle", "dill", "cloudpickle", "marshal", "shelve"}, path
