"""GIFs: a training epoch by epoch, or any frames one after the other."""

import math
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_tf import arguments
from gan_tf.plotting.image_grids import tile
from gan_tf.plotting.style import looks_the_same
from gan_tf.storage import files


def training_gif(
    samples: np.ndarray,
    path: str | Path,
    count: int = 9,
    scale: int = 5,
    every: int = 1,
    seconds: float = 10,
    hold: float = 3,
) -> None:
    """Write the GIF of a training: frames labelled with their epochs; it loops.

    Args:
        samples: uint8 (epochs + 1, n, height, width, channels), as `runs.GanRun.samples`.
        path: of the GIF.
        count: how many of the n images to show, in a square.
        scale: size of a pixel on the screen.
        every: epochs from one frame to the next; the last epoch is shown in any case.
        seconds: the whole training lasts this long, then
        hold: the last frame stays for so many seconds.

    Raises:
        ValueError: for samples that are not that, or a path that does not end in .gif.
        OSError: if it cannot be written.
    """
    samples = arguments.samples(samples)
    count, scale, every = (
        arguments.whole_number(value, name, least=1)
        for value, name in ((count, "count"), (scale, "scale"), (every, "every"))
    )
    columns = math.ceil(math.sqrt(count))
    last = len(samples) - 1
    epochs = [*range(0, last, every), last]
    frames = [_frame(samples[epoch][:count], columns, scale, epoch) for epoch in epochs]
    gif(np.stack(frames), path, seconds, hold)


def gif(frames: np.ndarray, path: str | Path, seconds: float, hold: float) -> None:
    """Write a GIF that loops.

    Args:
        frames: uint8 (n, height, width) or (n, height, width, channels).
        path: of the GIF.
        seconds: all frames but the last one take so long, then
        hold: the last one stays for so many seconds.

    Raises:
        ValueError: if `path` does not end in .gif, for frames that are not that, or times below 0.
        OSError: if it cannot be written.
    """
    frames = np.asarray(frames)
    frames = arguments.images(frames if frames.ndim != 3 else frames[..., None], "frames")
    frames = frames[..., 0] if frames.shape[3] == 1 else frames
    path = arguments.path(path)
    if path.suffix.lower() != ".gif":
        raise ValueError(f"{path} is no name of a GIF: let it end in .gif.")
    seconds, hold = arguments.number(seconds, "seconds"), arguments.number(hold, "hold")
    milliseconds = [max(20, 1000 * seconds / len(frames))] * (len(frames) - 1) + [1000 * hold]
    if len(frames) == 1:  # Pillow takes a list for several frames only.
        milliseconds = milliseconds[0]
    encoded = iio.imwrite("<bytes>", frames, extension=".gif", duration=milliseconds, loop=0)
    files.write(path, encoded, same=looks_the_same)


def _frame(images, columns, scale, epoch):
    """One frame of the GIF, in 16 levels of grey, which makes the file a third as large."""
    sheet = tile(images, columns).repeat(scale, axis=0).repeat(scale, axis=1)
    strip = Image.new("L", (sheet.shape[1], 26), 255)
    ImageDraw.Draw(strip).text(
        (strip.width / 2, 14), f"epoch {epoch}", 0, ImageFont.load_default(18), anchor="mm"
    )
    label = np.asarray(strip)[..., None].repeat(sheet.shape[2], axis=2)
    frame = np.concatenate([label, sheet])
    return (np.rint(frame / 255 * 15) * (255 / 15)).astype(np.uint8).squeeze()
