import sys

import nbformat
import pytest
from nbclient import NotebookClient

from gan_tf.book import kernels

SEEN = """
import os, sys
print("tensorflow" in sys.modules, os.environ["COLOUR"], os.path.basename(os.getcwd()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")
def test_each_is_a_copy_with_an_environment_and_a_folder_of_its_own(tmp_path, monkeypatch):
    for colour in ("red", "blue"):
        monkeypatch.setenv("COLOUR", colour)
        folder = tmp_path / f"in {colour}"
        folder.mkdir()
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SEEN)])
        NotebookClient(
            notebook,
            resources={"metadata": {"path": folder}},
            kernel_manager_class=kernels.ForkedKernelManager,
        ).execute()
        assert notebook.cells[0].outputs[0].text == f"True {colour} in {colour}\n"
