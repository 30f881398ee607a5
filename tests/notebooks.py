"""Runs the sources notebooks/*.py. `make outputs` stores the results in the .ipynb files beside them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))


def executed(source):
    """The notebook of a source, run from top to bottom, without anything that differs from run to run."""
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(source)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "jupytext": {"formats": "ipynb,py:percent"},
    }
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i}"
        cell.metadata = {}
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
        coalesce_streams=True,  # otherwise the same lines may come in one piece or in two
    )
    client.execute(env=os.environ | {"PYTHONPATH": str(FOLDER.parent)})  # imports the packages of this checkout
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def main():
    import nbformat

    for source in SOURCES:
        nbformat.write(executed(source), source.with_suffix(".ipynb"))
        print(source.with_suffix(".ipynb").relative_to(FOLDER.parent), source.with_suffix(".ipynb").stat().st_size)


if __name__ == "__main__":
    sys.exit(main())
