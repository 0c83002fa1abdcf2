"""Set-up cells and Colab badges of all chapters, made from the one address in pyproject.toml.

After the address is changed there, `make address` writes it into the notebooks and the README.
"""

import re
import tomllib

import nbformat
from nbformat import NotebookNode

from gan_tf.environment import profiles
from gan_tf.storage import files

PICTURE = "https://colab.research.google.com/assets/colab-badge.svg"
SET_UP = """\
# @title Set-up: finds gan_tf around this notebook, or as it is installed, or fetches it
REPOSITORY = "{address}"  # @param {{type: "string"}}
PROFILE = "paper"  # @param ["paper", "quick", "smoke"]
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

here, spec = Path.cwd(), importlib.util.find_spec("gan_tf")
places = [here, *here.parents, here / "gan_tf_repository"]
places += [Path(place).parent for place in (spec and spec.submodule_search_locations) or ()]
found = next((p for p in places if (p / "gan_tf" / "book" / "set_up.py").is_file()), None)
if found is None:
    if "/OWNER/" in REPOSITORY:
        raise ValueError("REPOSITORY is a placeholder: write the repository's address there.")
    shutil.rmtree(new := Path("gan_tf_repository.new"), ignore_errors=True)
    git = ["git", "clone", "--quiet", "--depth", "1", REPOSITORY, str(new)]
    if (done := subprocess.run(git, capture_output=True, text=True)).returncode:
        raise ConnectionError(f"{{REPOSITORY}} cannot be fetched: {{done.stderr.strip()}}")
    found = new.rename(here / "gan_tf_repository")
sys.path.insert(0, str(found))
from gan_tf.book import set_up

set_up.notebook(PROFILE)
"""
BADGE = re.compile(r"\[!\[Open in Colab\]\(.*?\)\]\(.*?\)")
PAGE = re.compile(r"https://colab\.research\.google\.com/github/\S+?/notebooks/(\w+)\.ipynb")


def address() -> str:
    """The repository's address, as pyproject.toml names it."""
    with (profiles.ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["urls"]["Repository"]


def set_up() -> str:
    """Source of the set-up cell."""
    return SET_UP.format(address=address()).rstrip()


def page(chapter: str) -> str:
    """Address of the page that opens the notebook called `chapter` in Colab."""
    place = address().removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{place}/blob/main/notebooks/{chapter}.ipynb"


def badge(chapter: str) -> str:
    """Markdown of the button that opens the notebook called `chapter` in Colab."""
    return f"[![Open in Colab]({PICTURE})]({page(chapter)})"


def headed(notebook: NotebookNode, chapter: str) -> NotebookNode:
    """The notebook with the badge below its title and the set-up cell, both of the address now."""
    title, _, rest = notebook.cells[0].source.partition("\n")
    rest = BADGE.sub("", rest).strip()
    notebook.cells[0].source = f"{title}\n\n{badge(chapter)}\n\n{rest}"
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.source = set_up()
    # What it prints is of the machine: the one output that is not compared.
    cell.metadata["tags"] = ["machine"]
    return notebook


def main() -> None:
    """Write the address into every notebook and into the README's links to Colab."""
    for path in sorted((profiles.ROOT / "notebooks").glob("*.ipynb")):
        notebook = headed(nbformat.read(path, as_version=4), path.stem)
        files.write(path, nbformat.writes(notebook) + "\n")
    readme = profiles.ROOT / "README.md"
    text = PAGE.sub(lambda found: page(found[1]), readme.read_text(encoding="utf-8"))
    files.write(readme, text)


if __name__ == "__main__":
    main()
