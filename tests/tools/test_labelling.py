import numpy as np
import pandas as pd
import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from gan_tf.book import browser
from gan_tf.tools import labelling
from gan_tf.tools.labelling import LabellingTool, Labels
from tests.marks import needs_chromium


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.csv"


def images(count=4):
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28, 1), np.uint8)


def tool(path, count=4):
    return LabellingTool(images(count), Labels(path, count))


class TestLabels:
    def test_are_written_at_once_and_gone_on_with(self, path):
        labels = Labels(path, 4)
        assert labels.first_without == 0 and labels[0] is None
        labels[0], labels[2] = "7", "none"
        again = Labels(path, 4)
        assert (again[0], again[1], again[2]) == ("7", None, "none")
        assert (len(again), again.first_without) == (2, 1)

    def test_file_is_in_the_order_of_the_images(self, path):
        labels = Labels(path, 4)
        for image, label in ((3, "1"), (0, "0"), (3, "2")):
            labels[image] = label
        assert path.read_text() == "image,label\n0,0\n3,2\n"

    @pytest.mark.parametrize(
        "image, label", [(0, "11"), (0, None), (4, "5"), (-1, "5"), (0.5, "5")]
    )
    def test_what_is_none_is_not_written(self, image, label, path):
        labels = Labels(path, 4)
        labels[1] = "3"
        with pytest.raises(ValueError, match="is no label|must be a whole number from 0 to 3"):
            labels[image] = label
        assert len(Labels(path, 4)) == 1

    def test_all_labelled(self, path):
        labels = Labels(path, 2)
        labels[0] = labels[1] = "5"
        assert labels.first_without == 2

    @pytest.mark.parametrize(
        "text, complaint",
        [
            ("", "No columns"),
            ("a,b\n", "columns image and label"),
            ("image,label\n0,1\n0,1\n", "every image once"),
            ("image,label\n4,1\n", "labels image 4 of 4"),
            ("image,label\n-1,1\n", "labels image -1 of 4"),
            ("image,label\n0,10\n", "unknown label '10'"),
            ("image,label\n0,\n", "unknown label nan"),
            ("image,label\nfirst,1\n", "first"),
            ("image,label\n0,1\n1,1,1\n", "line 3, saw 3): mend it"),
        ],
    )
    def test_file_of_something_else(self, path, text, complaint):
        path.write_text(text)
        with pytest.raises(ValueError, match="does not hold labels of these images") as raised:
            Labels(path, 4)
        assert complaint in str(raised.value)
        assert path.read_text() == text

    def test_place_that_cannot_be_written(self, path):
        path.parent.joinpath("file").write_text("")
        labels = Labels(path.parent / "file" / "labels.csv", 4)
        with pytest.raises(OSError, match="Could not write .*labels.csv"):
            labels[0] = "1"
        assert labels[0] is None


class TestSave:
    def labels(self, folder, name, given):
        labels = Labels(folder / name, 3)
        for image, label in enumerate(given):
            labels[image] = label
        return labels

    def test_both_rounds_are_kept(self, tmp_path):
        first = self.labels(tmp_path, "first.csv", ["7", "none", "1"])
        final = self.labels(tmp_path, "final.csv", ["7", "2", "1"])
        labelling.save(images(5), first, final, tmp_path / "digits.npz")
        with np.load(tmp_path / "digits.npz") as arrays:
            assert np.array_equal(arrays["images"], images(5))
            assert arrays["labels"].tolist() == [7, 2, 1]
            assert arrays["first_labels"].tolist() == [7, -1, 1]
            assert arrays["labels"].dtype == np.int8

    def test_what_was_asked_for(self, tmp_path):
        labels = self.labels(tmp_path, "labels.csv", ["7", "2", "1"])
        labelling.save(images(3), labels, labels, tmp_path / "digits.npz", [7, 3, 1])
        with np.load(tmp_path / "digits.npz") as arrays:
            assert arrays["asked"].tolist() == [7, 3, 1]
        with pytest.raises(ValueError, match=r"asked must have the shape \(3,\)"):
            labelling.save(images(3), labels, labels, tmp_path / "digits.npz", [7, 3])

    @pytest.mark.parametrize("given, count", [(["7"], 5), (["7", "1", "1"], 2)])
    def test_incomplete_labels(self, tmp_path, given, count):
        labels = self.labels(tmp_path, "labels.csv", given)
        with pytest.raises(ValueError, match="label all of the same images in both rounds"):
            labelling.save(images(count), labels, labels, tmp_path / "digits.npz")
        assert not (tmp_path / "digits.npz").exists()


class TestTool:
    def test_labels_and_goes_on(self, path):
        shown = tool(path)
        shown.label("3")
        shown.label("none")
        assert shown.position == 2
        assert Labels(path, 4)[1] == "none"

    def test_back_changes_a_label(self, path):
        shown = tool(path)
        shown.label("3")
        shown.back()
        shown.label("8")
        assert (shown.position, Labels(path, 4)[0]) == (1, "8")
        for _ in range(3):
            shown.back()
        assert shown.position == 0

    def test_key_that_is_sent_twice_labels_once(self, path):
        shown = tool(path)
        for time in (10.5, 10.5, 12.0):
            shown._press({"key": "3", "timeStamp": time})
        assert shown.position == 2

    def test_begins_at_the_first_image_without_a_label(self, path):
        tool(path).label("3")
        assert tool(path).position == 1

    def test_end(self, path):
        shown = tool(path, count=2)
        for _ in range(3):
            shown.label("1")
        assert "2 of 2 labelled, all seen" in shown._text.value
        shown.back()
        assert "image 1 is labelled 1" in shown._text.value

    def test_says_that_it_could_not_save_and_stays(self, path):
        shown = tool(path.parent / "file" / "labels.csv")
        path.parent.joinpath("file").write_text("")
        shown.label("3")
        assert "Not saved: " in shown._error.value and shown.position == 0
        path.parent.joinpath("file").unlink()
        shown.label("3")
        assert shown._error.value == "" and shown.position == 1

    @pytest.mark.parametrize("wrong", [images(3), images(4)[..., 0], images(4).astype(np.float32)])
    def test_impossible_images(self, path, wrong):
        message = "3 images, but labels of 4|must be uint8|must have the shape"
        with pytest.raises(ValueError, match=message):
            LabellingTool(wrong, Labels(path, 4))


@pytest.mark.slow
@needs_chromium
def test_in_a_browser(tmp_path, path):
    """Label five images by click and key, reload, go on."""
    code = (
        "import numpy as np\n"
        "from gan_tf.tools.labelling import Labels, LabellingTool\n"
        "images = np.random.default_rng(0).integers(0, 256, (8, 28, 28, 1), np.uint8)\n"
        f"LabellingTool(images, Labels({str(path)!r}, 8))"
    )
    with browser.opened(code, tmp_path) as page:

        def wait_for(text):
            WebDriverWait(page, 120).until(
                lambda _: text in page.find_element(By.CLASS_NAME, "widget-vbox").text, text
            )

        def click(name):
            page.find_element(By.XPATH, f"//button[normalize-space()='{name}']").click()

        def enter(_):
            """Move the mouse out of the tool and in, and say whether the tool listens to keys."""
            outside = ActionBuilder(page)
            outside.pointer_action.move_to_location(1, 1)
            outside.perform()
            picture = page.find_elements(By.CSS_SELECTOR, ".widget-vbox img")[1]
            ActionChains(page).move_to_element(picture).perform()
            return page.execute_script("return !!document.querySelector('.ipyevents-watched')")

        def press(key):
            WebDriverWait(page, 60).until(enter, "the tool does not listen to keys")
            ActionChains(page).send_keys(key).perform()

        wait_for("0 of 8 labelled; image 0")
        click("3")
        wait_for("1 of 8 labelled; image 1")
        press("7")
        wait_for("2 of 8 labelled; image 2")
        press("n")
        wait_for("3 of 8 labelled; image 3")
        click("not a digit (n)")
        wait_for("4 of 8 labelled; image 4")
        click("back (Backspace)")
        wait_for("image 3 is labelled none")
        press(Keys.BACKSPACE)
        wait_for("image 2 is labelled none")
        press("1")
        wait_for("image 3 is labelled none")
        press("0")
        wait_for("4 of 8 labelled; image 4")
        press("9")
        wait_for("5 of 8 labelled; image 5")
        page.refresh()
        wait_for("5 of 8 labelled; image 5")
        # By a click: a mouse that lay there before the reload has not entered the tool again.
        click("2")
        wait_for("6 of 8 labelled; image 6")
    labels = pd.read_csv(path, dtype=str)["label"].tolist()
    assert labels == ["3", "7", "1", "0", "9", "2"]
