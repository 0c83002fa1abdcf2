"""Lets Keras know the layers of `gan_tf`, so that it reads networks that were saved with them."""

import importlib
import sys

LAYERS = "gan_tf.networks"


class _WhenKerasIsImported:
    """Among the finders of `sys.meta_path` it waits for the import of Keras.

    That Keras is only looked for, as TensorFlow does when it is imported, changes nothing.
    """

    def find_spec(self, name, path=None, target=None):
        if name != "keras":
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((each for each in found if each), None)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def execute_and_register(module):
                execute(module)
                sys.meta_path.remove(self)
                importlib.import_module(LAYERS)

            spec.loader.exec_module = execute_and_register
        return spec


def with_keras() -> None:
    """Import the layers, which register themselves, as soon as Keras is imported, or now if it is.

    `import gan_tf` by itself imports neither Keras nor TensorFlow, which take seconds.
    """
    if "keras" in sys.modules:
        importlib.import_module(LAYERS)
    else:
        sys.meta_path.insert(0, _WhenKerasIsImported())
