"""Every recipe runs as it stands and prints what it should; one whose package is missing is skipped and says which."""

import ast
import contextlib
import functools
import importlib.util
import io
import re
import sys
import warnings
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks" / "recipes"
RECIPES = sorted(FOLDER.glob("*.py"))
OURS = {"autograd", "nn", "numpy", "safetensors"}
INSTALLED_AS = {"sklearn": "scikit-learn"}  # where that is not the name under which it is imported

# What each one prints, as a pattern.
PRINTS = {
    "onnx_file": r"the same probabilities in single precision: True\n",
    "scikit_classifier": r"accuracy in five folds: \[((1\.|0\.9\d) *){5}\]\n",
    "scikit_regressor": r"R² in five folds: \[(0\.(8[5-9]|9\d?) *){5}\]\n",
    "scipy_optimizers": r"""BFGS: \[1\. 1\. 1\. 1\.\]
Newton, with the Hessian times a vector: \[1\. 1\. 1\. 1\.\]
decay: \[2\.51 1\.29 0\.49\] drawn from 2\.5, 1\.3, 0\.5
""",
    "sympy_table": r"49 local derivatives agree with SymPy\n",
    "torch_and_back": r"""the same outputs after training: True
xor: \[0\. 1\. 1\. 0\.\] for \[0 1 1 0\]
""",
}


def needs(path):
    """The packages that a recipe imports and that do not come with this one."""
    imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [getattr(node, "module", None) or node.names[0].name for node in imports]
    return sorted({name.split(".")[0] for name in names} - OURS - set(sys.stdlib_module_names))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Returns the module that a recipe is, after it ran in a folder of its own, and what it printed; each runs once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield functools.cache(lambda path: ran(path, tmp_path_factory.mktemp(path.stem), monkeypatch))


def ran(path, folder, monkeypatch):
    for package in needs(path):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{INSTALLED_AS.get(package, package)} is not installed")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)  # where pickle looks for its classes
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed), warnings.catch_warnings():
        for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):  # these packages say them of theirs
            warnings.simplefilter("ignore", kind)
        spec.loader.exec_module(module)
    return module, printed.getvalue()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_it_runs_and_prints_what_it_should(path, run):
    assert re.fullmatch(PRINTS[path.stem], run(path)[1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "estimator"), [("scikit_classifier", "Classifier"), ("scikit_regressor", "Regressor")]
)
def test_an_estimator_passes_every_check_of_scikit_learn(name, estimator, run):
    module, _ = run(FOLDER / f"{name}.py")
    from sklearn.utils.estimator_checks import check_estimator

    results = check_estimator(getattr(module, estimator)(epochs=10), on_skip=None, on_fail=None)
    assert len(results) > 40
    assert [r["check_name"] for r in results if r["status"] == "failed"] == []


def test_onnx_has_every_activation(run):
    module, _ = run(FOLDER / "onnx_file.py")
    import numpy as np
    import onnxruntime

    from nn import ACTIVATIONS, MLP, predict

    x = np.random.default_rng(0).normal(size=(7, 3))
    for name in ACTIVATIONS:
        model = MLP(3, [4, 2], name, output_activation=name, rng=0)
        session = onnxruntime.InferenceSession(module.to_onnx(model).SerializeToString())
        (found,) = session.run(None, {"x": x.astype(np.float32)})
        assert np.allclose(found, predict(model, x), rtol=1e-5, atol=1e-6), name


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_it_is_short_says_what_it_needs_and_is_named_in_the_readme(path):
    text = path.read_text()
    assert len(text.splitlines()) < 30
    said = re.match(r'""".*\. Needs (.*)\."""\n', text)
    assert said, "its first line says what it is, and what it needs"
    assert sorted(said[1].split(" and ")) == [INSTALLED_AS.get(name, name) for name in needs(path)]
    assert f"](notebooks/recipes/{path.name})" in (FOLDER.parent.parent / "README.md").read_text()
