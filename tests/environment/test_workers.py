from gan_tf.environment import workers
from tests.training.helpers import two_replicas


def test_one_process_waits_for_none():
    assert workers.is_first() and not workers.several()
    workers.wait_for_all()
    with two_replicas().scope():
        assert workers.is_first() and not workers.several()
