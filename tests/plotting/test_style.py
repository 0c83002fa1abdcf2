import imageio.v3 as iio
import numpy as np
import pytest
from matplotlib.figure import Figure

from gan_tf import plotting

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 6, 1), dtype=np.uint8)


def test_save(tmp_path):
    figure = plotting.sample_grid(IMAGES)
    assert plotting.save(figure, tmp_path / "figures" / "grid.png") is figure
    assert iio.imread(tmp_path / "figures" / "grid.png").ndim == 3
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Could not write"):
        plotting.save(figure, tmp_path / "file" / "grid.png")


def test_a_picture_that_looks_the_same_is_left_alone(tmp_path):
    path = tmp_path / "samples.png"
    images = np.random.default_rng(0).integers(0, 250, (9, 28, 28, 1), np.uint8)
    plotting.save(plotting.sample_grid(images), path)
    before = path.stat().st_mtime_ns
    plotting.save(plotting.sample_grid(images + 1), path)
    assert path.stat().st_mtime_ns == before
    plotting.save(plotting.sample_grid(255 - images), path)
    assert path.stat().st_mtime_ns > before
    assert [file.name for file in tmp_path.iterdir()] == ["samples.png"]
    path.with_suffix(".pdf").write_text("no picture")
    plotting.save(plotting.sample_grid(images), path.with_suffix(".pdf"))
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["pictures", "pictures.docx"])
def test_names_of_no_picture(name, tmp_path):
    with pytest.raises(ValueError, match="let it end in .png, .jpg, .jpeg, .pdf, .svg"):
        plotting.save(Figure(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_letters_that_the_font_lacks_are_not_warned_of(tmp_path, recwarn):
    figure = Figure()
    figure.suptitle("鳥")
    plotting.save(figure, tmp_path / "bird.png")
    assert (tmp_path / "bird.png").is_file() and not list(recwarn)
