"""Labels given by eye: a file of them that is never lost, and a tool to give them with.

`Labels` keeps the labels; `LabellingTool` is the widget for a notebook.
"""

import math
from pathlib import Path

import ipywidgets as widgets
import numpy as np
import pandas as pd
from imageio.v3 import imwrite
from ipyevents import Event

from gan_tf import arguments
from gan_tf.storage import compression, files

DIGITS = tuple("0123456789")
NOT_A_DIGIT = "none"

_KEYS = {**{digit: digit for digit in DIGITS}, "n": NOT_A_DIGIT}
_NEIGHBOURS = 2


class Labels:
    """Labels of `count` images, kept in a CSV file of the columns image and label.

    A label is one of "0" to "9", or "none" for what is no recognisable digit. Every change is
    written at once, and a file that is there is gone on with.

    Args:
        path: of the CSV file; it need not exist.
        count: images to label.

    Raises:
        ValueError: if the file is not one of labels, or is one of other images.
    """

    def __init__(self, path: str | Path, count: int):
        self.path = arguments.path(path)
        self.count = arguments.whole_number(count, "count", least=1)
        self._labels = self._read() if self.path.is_file() else {}

    def __getitem__(self, image):
        """The label of an image, `None` if it has none yet."""
        return self._labels.get(image)

    def __setitem__(self, image, label):
        """Give an image its label and write the file.

        Raises:
            ValueError: if there is no such image or label.
            OSError: if the file cannot be written; then the label is not given.
        """
        image = arguments.whole_number(image, "image", most=self.count - 1)
        if not isinstance(label, str) or label not in (*DIGITS, NOT_A_DIGIT):
            raise ValueError(
                f"{label!r} is no label: give one of {', '.join((*DIGITS, NOT_A_DIGIT))}."
            )
        labels = {**self._labels, image: label}
        frame = pd.DataFrame({"image": list(labels), "label": list(labels.values())})
        files.write(self.path, frame.sort_values("image").to_csv(index=False))
        self._labels = labels

    def __len__(self):
        """How many images have a label."""
        return len(self._labels)

    @property
    def first_without(self) -> int:
        """The first image without a label; `count` if every one has one."""
        return next((i for i in range(self.count) if i not in self._labels), self.count)

    def _read(self):
        try:
            frame = pd.read_csv(self.path, dtype={"image": int, "label": str})
            return self._checked(frame)
        except ValueError as error:
            raise ValueError(
                f"{self.path} does not hold labels of these images ({files.reason(error)}): mend "
                "it, or choose another file."
            ) from error

    def _checked(self, frame):
        if list(frame.columns) != ["image", "label"] or frame["image"].duplicated().any():
            raise ValueError("it needs the columns image and label, and every image once")
        for image, label in frame.itertuples(index=False):
            if not 0 <= image < self.count:
                raise ValueError(f"it labels image {image} of {self.count}")
            if label not in (*DIGITS, NOT_A_DIGIT):
                raise ValueError(f"image {image} has the unknown label {label!r}")
        return dict(zip(frame["image"].tolist(), frame["label"], strict=True))


def save(
    images: np.ndarray, first: Labels, final: Labels, path: Path, asked: np.ndarray | None = None
) -> None:
    """Write images and two rounds of labels as `data.synthetic_digits` reads them.

    Args:
        images: uint8 (n, height, width, channels); labelled is a beginning of them.
        first, final: complete `Labels` of the same number of images.
        path: of the npz file.
        asked: None, or the digits (n,) that a conditional generator was told to draw.

    Raises:
        ValueError: if the labels are not complete, or not of the same number of images, or not
            every image has a digit that was asked for; or for what are no images.
    """
    images = arguments.images(images)
    if not first.count == final.count == len(first) == len(final) <= len(images):
        raise ValueError(
            f"{len(first)} of {first.count} and {len(final)} of {final.count} labels are given "
            f"for {len(images)} images: label all of the same images in both rounds."
        )
    arrays = {"images": images, "labels": _numbers(final), "first_labels": _numbers(first)}
    if asked is not None:
        told = arguments.labels(asked, len(images), len(DIGITS), "asked")
        arrays["asked"] = told.astype(np.uint8)
    files.write(path, compression.packed(arrays))


def _numbers(labels):
    """Labels as int8 (count,), -1 for what is not a digit."""
    texts = (labels[image] for image in range(labels.count))
    return np.array([-1 if text == NOT_A_DIGIT else int(text) for text in texts], np.int8)


class LabellingTool(widgets.VBox):
    """Shows one image after the other and takes its label by a click or a key.

    Keys, while the mouse is over the tool: 0 to 9, n for what is not a digit, Backspace to go
    back. It begins at the first image without a label; where a label cannot be written, it says
    so and stays.

    Args:
        images: uint8 (n, height, width, channels).
        labels: `Labels` of n images.

    Raises:
        ValueError: if the images are not uint8, or not as many as there are labels to give.
    """

    def __init__(self, images: np.ndarray, labels: Labels):
        self.images = arguments.images(images)
        if len(images) != labels.count:
            raise ValueError(
                f"There are {len(images)} images, but labels of {labels.count}: give as many."
            )
        self.labels = labels
        self.position = labels.first_without
        self._picture = widgets.Image(layout={"width": "280px", "height": "280px"})
        self._neighbours = widgets.Image(layout={"width": "280px", "height": "56px"})
        self._progress = widgets.IntProgress(max=labels.count, layout={"width": "280px"})
        self._text = widgets.Label()
        self._error = widgets.Label(style={"text_color": "#b00020"})
        digits = [self._button(digit, digit) for digit in DIGITS]
        others = [self._button("not a digit (n)", NOT_A_DIGIT), self._back_button()]
        super().__init__(
            [
                widgets.HBox([self._progress, self._text]),
                self._neighbours,
                self._picture,
                widgets.HBox(digits),
                widgets.HBox(others),
                self._error,
            ]
        )
        keys = Event(source=self, watched_events=["keydown"])
        keys.on_dom_event(self._press)
        self._last_key_time = None
        self._show()

    def label(self, label: str) -> None:
        """Give the image that is shown its label, "0" to "9" or "none", and go to the next."""
        if self.position == self.labels.count:
            return
        try:
            self.labels[self.position] = label
        except OSError as error:
            self._error.value = f"Not saved: {error}"
            return
        self._error.value = ""
        self.position += 1
        self._show()

    def back(self) -> None:
        """Go to the image before, to look at it again or to change its label."""
        self.position = max(0, self.position - 1)
        self._show()

    def _button(self, name, label):
        wide = {} if label == NOT_A_DIGIT else {"layout": {"width": "40px"}}
        button = widgets.Button(description=name, **wide)
        button.on_click(lambda _: self.label(label))
        return button

    def _back_button(self):
        button = widgets.Button(description="back (Backspace)")
        button.on_click(lambda _: self.back())
        return button

    def _press(self, event):
        # Where the page was slow to draw the tool, ipyevents listens twice and sends a key twice.
        if event["timeStamp"] == self._last_key_time:
            return
        self._last_key_time = event["timeStamp"]
        key = event["key"]
        if key == "Backspace":
            self.back()
        elif key in _KEYS:
            self.label(_KEYS[key])

    def _show(self):
        done, count = len(self.labels), self.labels.count
        self._progress.value = done
        self._text.value = f"{done} of {count} labelled"
        if self.position == count:
            self._text.value += ", all seen: go back to change one"
            return
        label = self.labels[self.position]
        self._text.value += f"; image {self.position}" + (f" is labelled {label}" if label else "")
        self._picture.value = png(enlarged(self.images[self.position], 280))
        around = range(self.position - _NEIGHBOURS, self.position + _NEIGHBOURS + 1)
        blank = np.full_like(self.images[0], 255)
        strip = [self.images[i] if 0 <= i < count else blank for i in around]
        self._neighbours.value = png(enlarged(np.concatenate(strip, axis=1), 56))


def enlarged(image: np.ndarray, height: int) -> np.ndarray:
    """The image with its pixels repeated until it is at least `height` high."""
    times = math.ceil(height / image.shape[0])
    return image.repeat(times, axis=0).repeat(times, axis=1)


def png(image: np.ndarray) -> bytes:
    """The bytes of a PNG file of an image uint8 (height, width, channels)."""
    image = arguments.images(np.asarray(image)[None], "the image")[0]
    return imwrite("<bytes>", image.squeeze(), extension=".png")
