"""Several processes that train one network, as `tf.distribute.MultiWorkerMirroredStrategy` does.

Each is told by TF_CONFIG which one it is. They share a folder of runs, in which only the first
one writes.
"""

import tensorflow as tf


def several() -> bool:
    """Whether the network in whose strategy's scope this is called trains in several processes."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    return bool(resolver and resolver.cluster_spec().as_dict())


def is_first() -> bool:
    """Whether this process is the one that writes, as is one that trains alone."""
    if not several():
        return True
    resolver = tf.distribute.get_strategy().cluster_resolver
    chief = "chief" if "chief" in resolver.cluster_spec().jobs else "worker"
    return (resolver.task_type, resolver.task_id) == (chief, 0)


def wait_for_all() -> None:
    """Return once all processes have come here; at once in one that trains alone."""
    if several():
        strategy = tf.distribute.get_strategy()
        ones = strategy.run(tf.function(lambda: tf.ones(())))
        strategy.reduce("SUM", ones, axis=None)
