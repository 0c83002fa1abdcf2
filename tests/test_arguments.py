import numpy as np
import pytest
import tensorflow as tf

from gan_tf import arguments


class TestWholeNumber:
    @pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
    def test_of_python_and_numpy(self, value):
        number = arguments.whole_number(value, "seed")
        assert number == 3 and type(number) is int

    @pytest.mark.parametrize("value", [True, np.True_, 3.0, "3", None, [3], np.array([1, 2])])
    def test_what_is_none(self, value):
        with pytest.raises(
            ValueError, match="^epochs is .*, but must be a whole number of at least"
        ):
            arguments.whole_number(value, "epochs", least=1)

    def test_range(self):
        assert arguments.seed(2**31 - 1) == 2**31 - 1
        for value in (-1, 2**31, 10**30):
            with pytest.raises(ValueError, match="must be a whole number from 0 to 2,147,483,647"):
                arguments.seed(value)


class TestNumber:
    def test_of_python_and_numpy(self):
        for value in (1, 0.5, np.float32(0.25), np.uint8(1)):
            assert type(arguments.number(value, "std", most=1)) is float

    @pytest.mark.parametrize("value", [-1, 1.5, np.nan, np.inf, True, "1", None, [1], 10**400])
    def test_what_is_none(self, value):
        with pytest.raises(ValueError, match="^std is .*, but must be a number from 0 to 1.$"):
            arguments.number(value, "std", most=1)


class TestPath:
    def test_of_texts_and_paths(self, tmp_path):
        assert arguments.path(str(tmp_path)) == arguments.path(tmp_path) == tmp_path

    @pytest.mark.parametrize("value", [5, None, b"a", "", "a\0b", ["a"], "a" * 300, np.eye(9)])
    def test_what_is_none(self, value):
        with pytest.raises(ValueError, match="^out is .*, but must be the path of a file or a"):
            arguments.path(value, "out")


GOOD = np.zeros((3, 4, 5, 1), np.uint8)


class TestImages:
    @pytest.mark.parametrize("value", [GOOD, tf.constant(GOOD), list(GOOD)])
    def test_what_they_are(self, value):
        assert np.array_equal(arguments.images(value, shape=(4, 5, 1)), GOOD)

    @pytest.mark.parametrize(
        "value, sentence",
        [
            (GOOD / 255, "pixels must be uint8, pixels from 0 to 255, but they are float64: conv"),
            (GOOD.astype(int), "are int64: convert them with gan_tf.data.as_images"),
            (np.array(["a"]), "are <U1"),
            (None, "are object"),
            ((image for image in GOOD), "are object"),
            ([[1], [1, 2]], "pixels is a list, but must be an array"),
            (GOOD[..., 0], r"shape \(n, height, width, 1 or 3\), but have \(3, 4, 5\)"),
            (GOOD.repeat(2, axis=3), r"but have \(3, 4, 5, 2\)"),
            (GOOD[:, :0], r"but have \(3, 0, 5, 1\)"),
            (GOOD[:, :, :4], "are of 4×4×1, but must be of 4×5×1: resize them"),
            (GOOD[:1], "must be at least 2, but are 1"),
        ],
    )
    def test_what_they_are_not(self, value, sentence):
        with pytest.raises(ValueError, match=sentence):
            arguments.images(value, "pixels", (4, 5, 1), least=2)


class TestLabels:
    def test_what_they_are(self):
        for value in ([0, 2], np.uint8([0, 2]), (np.int64(0), np.int64(2))):
            assert list(arguments.labels(value, 2, 3)) == [0, 2]
        assert len(arguments.labels([])) == 0
        assert arguments.labels(np.uint64([0, 2])).dtype == np.int64
        with pytest.raises(ValueError, match="must be from 0, but are from 1 to 18446744073709551"):
            arguments.labels(np.uint64([1, 2**64 - 1]))

    @pytest.mark.parametrize(
        "value, sentence",
        [
            (np.array([[0], [2]]), r"shape \(2,\), one an image, but have \(2, 1\)"),
            ([0], r"shape \(2,\), one an image, but have \(1,\)"),
            (1, r"but have \(\)"),
            (["0", "2"], "whole numbers, one an image, but are <U1"),
            ([0.0, 2.0], "but are float64"),
            ([True, False], "but are bool"),
            ([0, 3], "from 0 to 2, but are from 0 to 3"),
            ([-1, 0], "from 0 to 2, but are from -1 to 0"),
        ],
    )
    def test_what_they_are_not(self, value, sentence):
        with pytest.raises(ValueError, match=sentence):
            arguments.labels(value, 2, 3)


class TestFeatures:
    def test_what_they_are(self):
        found = arguments.features(np.float32([[1, 2], [3, 4]]), width=2)
        assert found.dtype == np.float64 and found.tolist() == [[1, 2], [3, 4]]
        in_bfloat16 = tf.constant([[1, 2]], tf.bfloat16)
        assert arguments.features(in_bfloat16).tolist() == [[1, 2]]

    @pytest.mark.parametrize(
        "value, sentence",
        [
            (np.zeros(3), r"numbers \(n, d\), d an image, but are float64 \(3,\)"),
            (np.zeros((3, 0)), r"but are float64 \(3, 0\)"),
            ([["a"]], r"but are <U1 \(1, 1\)"),
            (np.zeros((3, 3)), "must have 2 numbers an image, but have 3"),
            (np.zeros((1, 2)), "must be of at least 2 images, but are of 1"),
            ([[0, 1], [0, np.nan]], "hold NaN or infinity: leave those images out"),
        ],
    )
    def test_what_they_are_not(self, value, sentence):
        with pytest.raises(ValueError, match=sentence):
            arguments.features(value, least=2, width=2)
