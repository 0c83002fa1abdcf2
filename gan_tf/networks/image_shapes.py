"""Sizes of images, and what networks can be built for."""

Shape = tuple[int, int, int]

# (height, width, channels) of MNIST's images, and of SVHN's in grey.
DIGITS = 28, 28, 1
HOUSE_NUMBERS = 32, 32, 1


def quarter(image_shape: Shape) -> tuple[int, int]:
    """(height / 4, width / 4), where networks that halve or double the sides twice meet.

    Raises:
        ValueError: if the sides are no multiples of 4.
    """
    height, width, _ = image_shape
    if height % 4 or width % 4:
        nearest = max(4, 4 * round(max(height, width) / 4))
        raise ValueError(
            f"This network doubles or halves the sides of its images twice, so they must be "
            f"multiples of 4, but they are {height} and {width}: resize the images, to "
            f"{nearest} pixels, say (--size {nearest}, or size={nearest})."
        )
    return height // 4, width // 4
