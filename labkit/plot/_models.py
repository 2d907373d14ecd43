"""What there is to draw of a trained model: the sizes of its dense layers, and their names."""

import itertools

# they change or check values, and have no units of their own
_WITHOUT_UNITS = {
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "BatchNormalization",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "InputLayer",
    "LeakyReLU",
    "Normalization",
    "PReLU",
    "ReLU",
    "Rescaling",
    "Softmax",
}


def outline(model):
    """Return the layer sizes of a model, inputs first, and a title for each layer.

    `model` is anything with ``layers``, such as a Keras model or a `labkit.nn.MLP`.
    """
    dense = [layer for layer in model.layers if type(layer).__name__ not in _WITHOUT_UNITS]
    for layer in dense:
        if not hasattr(layer, "units"):
            raise ValueError(
                "network draws models of dense layers in a row; got the layer "
                f"{getattr(layer, 'name', '')!r} of type {type(layer).__name__}"
            )
    if not dense:
        raise ValueError("network draws models with a dense layer at least; the model has none")
    pairs = [_sizes(layer) for layer in dense]
    for (_, units), (n_in, _) in itertools.pairwise(pairs):
        if units != n_in:
            raise ValueError(
                "network draws models in which each dense layer feeds the next one; "
                f"got {units} outputs before a layer of {n_in} inputs"
            )
    return [pairs[0][0], *(units for _, units in pairs)], _titles(dense)


def _sizes(layer):
    """Return the numbers of inputs and of units of a dense layer."""
    W = getattr(layer, "W", None) if hasattr(layer, "W") else getattr(layer, "kernel", None)
    if W is None:
        raise ValueError(
            "network needs a model that is built: begin it with keras.Input(...), or call "
            "model.build(...), so that the number of inputs is known"
        )
    return int(W.shape[0]), int(layer.units)


def _titles(dense):
    """Return one title for the inputs and for each layer, with its activation."""
    places = ["hidden"] if len(dense) == 2 else [f"hidden {k + 1}" for k in range(len(dense) - 1)]
    places = [*places[: len(dense) - 1], "output"]
    pairs = zip(places, map(_activation, dense), strict=True)
    return ["inputs", *(f"{place}\n{activation}" for place, activation in pairs)]


def _activation(layer):
    """Return the name of a layer's activation."""
    activation = layer.activation
    return getattr(activation, "name", None) or getattr(activation, "__name__", str(activation))
