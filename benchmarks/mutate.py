"""Small wrongs put into the code, one at a time, to see whether the tests notice: mutation testing of the steps of the main path.

    python benchmarks/mutate.py merge sight context profile segment nearby      # results in build/mutants/NAME.json
    python benchmarks/mutate.py merge --show 17                    # what a mutant is

Its own few lines, since mutmut and cosmic-ray start Python anew for each mutant, and a lens takes two seconds to load. Here everything is
loaded once; each mutant lives in a fork, where the functions of the module are given the code of the changed source. A mutant is killed
when a test fails, or takes more than half a minute of processor time.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType

ROOT = Path(__file__).parent.parent
TESTS = {"merge": ["test_merge"], "sight": ["test_merge", "test_sight"], "profile": ["test_profile"],
         "context": ["test_cues", "test_context", "test_frameworks"], "segment": ["test_segment"], "nearby": ["test_nearby"]}
CHOSEN = {"context": "not test_frameworks or mistake or cues or around_a_turn or oversight", "segment": "not whole_pipeline and not spacy_remembers"}
"""Which of these tests are run for each mutant, by their names; the others take too long, and what only they would notice survives."""
LIMIT = 30

SWAPS: dict[type, type] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
                           ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
                           ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutator(ast.NodeTransformer):
    """Counts the places where something can be wrong, and makes the one with a number wrong."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted, self.count, self.said = wanted, 0, ""

    def _hits(self, node: ast.AST, what: str) -> bool:
        self.count += 1
        if self.count - 1 != self.wanted:
            return False
        self.said = f"line {node.lineno}: {what}"  # type: ignore[attr-defined]
        return True

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for i, op in enumerate(node.ops):
            if type(op) in SWAPS and self._hits(node, f"{type(op).__name__} -> {SWAPS[type(op)].__name__} in {ast.unparse(node)}"):
                node.ops[i] = SWAPS[type(op)]()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if type(node.op) in SWAPS and self._hits(node, f"{type(node.op).__name__} -> {SWAPS[type(node.op)].__name__} in {ast.unparse(node)}"):
            node.op = SWAPS[type(node.op)]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._hits(node, f"{type(node.op).__name__} swapped in {ast.unparse(node)}"):
            node.op = SWAPS[type(node.op)]()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._hits(node, f"not taken off {ast.unparse(node)}"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            return ast.copy_location(ast.Constant(not node.value), node) if self._hits(node, f"{node.value} turned") else node
        if isinstance(node.value, int | float) and self._hits(node, f"{node.value} made another number"):
            return ast.copy_location(ast.Constant(node.value + 1 if isinstance(node.value, int) else node.value * 1.1 + 0.01), node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in NAMES and self._hits(node, f"{node.func.id} -> {NAMES[node.func.id]}"):
            node.func.id = NAMES[node.func.id]
        return node

    def _turned(self, node: ast.If | ast.IfExp | ast.While) -> ast.AST:
        self.generic_visit(node)
        if self._hits(node, f"condition turned: {ast.unparse(node.test)}"):
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        return node

    visit_If = visit_IfExp = visit_While = _turned

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        for i, test in enumerate(node.ifs):
            if self._hits(test, f"filter left out: {ast.unparse(test)}"):
                node.ifs[i] = ast.copy_location(ast.Constant(1), test)
        return node

    def visit_Continue(self, node: ast.Continue) -> ast.AST:
        return ast.copy_location(ast.Break(), node) if self._hits(node, "continue -> break") else node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(part) if isinstance(part, ast.FunctionDef) else part for part in node.body]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(part) for part in node.body]  # not its annotations
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value:
            node.value = self.visit(node.value)
        return node


def mutants(source: str) -> Iterator[tuple[int, str, ast.AST]]:
    tree = ast.parse(source)
    counter = Mutator()
    counter.visit(copy.deepcopy(tree))
    for number in range(counter.count):
        one = Mutator(number)
        yield number, "", ast.fix_missing_locations(one.visit(copy.deepcopy(tree)))


def what(source: str, number: int) -> str:
    one = Mutator(number)
    one.visit(ast.parse(source))
    return one.said


def install(module: ModuleType, tree: ast.AST) -> None:
    """Give the functions of a module, which others hold already, the code of the changed source."""
    before = dict(vars(module))
    exec(compile(tree, module.__file__ or "?", "exec"), vars(module))
    for name, old in before.items():
        _take_over(old, vars(module).get(name), module.__name__)


def _take_over(old: object, new: object, module: str) -> None:
    if getattr(old, "__module__", None) != module:
        return
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    elif isinstance(old, type) and isinstance(new, type):
        for name, member in vars(old).items():
            _take_over(member, vars(new).get(name), module)


def survives(module: ModuleType, tree: ast.AST, name: str) -> bool:
    """Tell whether the tests pass with the changed module, in a fork."""
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_PROF, LIMIT)  # of its own time: other work on the machine must not kill it
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            install(module, tree)
        except Exception:
            os._exit(9)
        os._exit(run(name))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def run(name: str) -> int:
    """Run the tests of a step; 0 when all pass."""
    import pytest

    files = [str(ROOT / "tests" / f"{test}.py") for test in TESTS[name]]
    return int(pytest.main(["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly", "-k", CHOSEN.get(name, "test"), *files]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", choices=list(TESTS))
    parser.add_argument("--show", type=int)
    parser.add_argument("--every", type=int, default=1, help="only each so manieth mutant")
    parser.add_argument("--only", type=int, nargs="+", help="only the mutants with these numbers, such as the survivors of an earlier run")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    import hypothesis

    hypothesis.settings.register_profile("mutants", database=None, derandomize=True, deadline=None)
    hypothesis.settings.load_profile("mutants")
    folder = ROOT / "build" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    for name in asked.modules:
        module = importlib.import_module(f"stagelens.{name}")
        source = Path(module.__file__ or "").read_text()
        if asked.show is not None:
            print(what(source, asked.show))
            continue
        assert run(name) == 0, "the tests must pass before anything is changed"
        assert survives(module, ast.parse(source), name), "the tests must pass once more, with a source that is put in unchanged"
        begin, alive, count = time.time(), [], 0
        for number, _, tree in mutants(source):
            if number in asked.only if asked.only else number % asked.every == 0:
                count += 1
                if count % 20 == 0:
                    print(name, count, round(time.time() - begin), flush=True)
                if survives(module, tree, name):
                    alive.append(f"{number}: {what(source, number)}")
                    print(name, alive[-1], flush=True)
        said = {"module": name, "mutants": count, "killed": count - len(alive), "share": round(1 - len(alive) / count, 3), "seconds": round(time.time() - begin),
                "survivors": alive}
        (folder / f"{name}.json").write_text(json.dumps(said, indent=1) + "\n")
        print({key: value for key, value in said.items() if key != "survivors"}, flush=True)


if __name__ == "__main__":
    main()
