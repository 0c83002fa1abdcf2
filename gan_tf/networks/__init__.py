"""Networks: generators, discriminators, classifiers, and the layers that Keras has not."""
