r"""The multilayer perceptron: layers in a row, trained by gradient descent.

Derived in the chapters *The multilayer perceptron* (what it computes) and *Backpropagation*
(how it learns).
"""

import math
from collections.abc import Iterable

import numpy as np

from labkit.errors import LabkitError
from labkit.nn import losses, metrics, optimizers
from labkit.nn.history import History
from labkit.nn.inputs import (
    NotFittedError,
    as_floats,
    as_generator,
    as_reals,
    fraction,
    positive_integer,
    require_finite,
)
from labkit.nn.layers import Dense, Dropout
from labkit.nn.optimizers import DivergenceError, checked_batch_size, count_updates, minibatches
from labkit.progress import has_audience, progress_bar


class MLP:
    r"""A multilayer perceptron, with the methods of a Keras model.

    Parameters
    ----------
    layers : list of Dense and Dropout
        From the first hidden layer to the output layer, which is a `Dense`.
    loss : str or Loss, default "mse"
        What is made small, see `labkit.nn.losses`.
    optimizer : str or Optimizer, default "sgd"
        How, see `labkit.nn.optimizers`.
    metrics : sequence of str, default ()
        What else to measure: "accuracy", "mse", "mae".
    dtype : "float64" or "float32", default "float64"
        Type of all numbers: float64 for checks of gradients, float32 for speed.
    rng : numpy.random.Generator, optional
        Source of the first weights, the order of samples and dropout: the same seed gives the
        same network, bit for bit (on the same machine).

    Attributes
    ----------
    layers : list
        The layers; a `Dense` has its weights in ``W`` and ``b`` once the network is built.
    history_ : History
        The course of the last training, even of one that broke off.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or range, or loss and output layer do not fit.

    See Also
    --------
    labkit.plot.network, labkit.plot.learning_curves

    Notes
    -----
    Where the output is softmax and the loss a categorical cross-entropy (or sigmoid and the
    binary one), both are computed in one step from the weighted sums: nothing overflows, and
    the gradient for these sums is :math:`(\hat{\mathbf Y} - \mathbf Y)/m`.

    Examples
    --------
    >>> X, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    >>> layers = [Dense(8, "tanh"), Dense(1, "sigmoid")]
    >>> model = MLP(layers, loss="binary_crossentropy", metrics=["accuracy"],
    ...             optimizer=optimizers.Adam(0.1), rng=np.random.default_rng(0))
    >>> history = model.fit(X, y, epochs=200, batch_size=4)
    >>> model.predict(X).round().ravel()
    array([0., 1., 1., 0.])
    """

    def __init__(
        self, layers, *, loss="mse", optimizer="sgd", metrics=(), dtype="float64", rng=None
    ):
        self.layers = _checked_layers(layers)
        self.loss, self.optimizer = losses.get(loss), optimizers.get(optimizer)
        self.dtype = _checked_dtype(dtype)
        self.rng = as_generator(rng)
        self.output = self.layers[-1]
        self._joint = _checked_output(self.output, self.loss)
        self.metrics = _checked_metrics(metrics, self.output, self.loss)
        self.n_in = None
        self._mark = object()  # put on layers and optimizer, to see if another network takes them

    # -- weights ---------------------------------------------------------------------------

    def build(self, n_in):
        """Draw the first weights.

        Parameters
        ----------
        n_in : int
            Number of inputs.

        Returns
        -------
        MLP
            This network.

        Examples
        --------
        >>> MLP([Dense(3)], rng=np.random.default_rng(0)).build(2).layers[0].W.shape
        (2, 3)
        """
        n_in = positive_integer("n_in", n_in)
        sizes = [n_in]
        for layer in self.layers:
            layer.build(sizes[-1], self.rng, self.dtype)
            layer.built_for = self._mark
            sizes.append(layer.units)
        self.optimizer.reset()
        self.optimizer.built_for = self._mark
        self.n_in = n_in
        return self

    @property
    def n_params(self):
        """Number of weights and biases, int.

        Examples
        --------
        >>> MLP([Dense(300, "relu"), Dense(100, "relu"), Dense(10)]).build(784).n_params
        266610
        """
        return sum(param.size for param in self._params())

    def get_weights(self):
        """Return copies of all weights and biases.

        Returns
        -------
        list of ndarray
            W and b of the first `Dense` layer, then of the second, and so on.

        Examples
        --------
        >>> [array.shape for array in MLP([Dense(3), Dense(1)]).build(2).get_weights()]
        [(2, 3), (3,), (3, 1), (1,)]
        """
        return [param.copy() for param in self._params()]

    def set_weights(self, weights):
        """Replace all weights and biases.

        Parameters
        ----------
        weights : list of array_like
            In the order and the shapes of `get_weights`.

        Raises
        ------
        TypeError, ValueError
            If number or shapes differ, or they do not hold finite real numbers; then the
            network stays as it was.

        Examples
        --------
        >>> model = MLP([Dense(1)]).build(2)
        >>> model.set_weights([[[1.0], [2.0]], [0.5]])
        >>> model.predict([[1.0, 1.0]])
        array([[3.5]])
        """
        params = self._params()
        weights = [
            as_floats(f"weights[{k}]", array)
            for k, array in enumerate(_as_list("weights", weights, "arrays"))
        ]
        shapes = [param.shape for param in params]
        if [array.shape for array in weights] != shapes:
            raise ValueError(
                f"weights must have the shapes {shapes}; got {[array.shape for array in weights]}."
            )
        with np.errstate(over="ignore"):
            weights = [array.astype(self.dtype, copy=False) for array in weights]
        for k, array in enumerate(weights):
            require_finite(f"weights[{k}] in {self.dtype}", array)
        for param, array in zip(params, weights, strict=True):
            param[...] = array

    def summary(self):
        """Print the layers with their outputs and parameters.

        Examples
        --------
        >>> MLP([Dense(3, "relu"), Dropout(0.2), Dense(1)]).build(2).summary()
        layer              outputs   parameters
        Dense relu               3            9
        Dropout 0.2              3            0
        Dense linear             1            4
        total                                13
        """
        print(f"{'layer':16}{'outputs':>10}{'parameters':>13}")
        self._params()
        for layer in self.layers:
            dense = isinstance(layer, Dense)
            name = f"Dense {layer.activation.name}" if dense else f"Dropout {layer.rate:g}"
            size = layer.W.size + layer.b.size if dense else 0
            print(f"{name:16}{layer.units:>10,}{size:>13,}")
        print(f"{'total':16}{self.n_params:>23,}")

    def _dense(self):
        return [layer for layer in self.layers if isinstance(layer, Dense)]

    def _params(self):
        """Return the arrays of all weights and biases themselves."""
        if self.n_in is None:
            raise NotFittedError(
                "this MLP has no weights yet.", "Call build(n_in) or fit(X, y) first."
            )
        self._require_own("layer", *self.layers)
        return [array for layer in self._dense() for array in (layer.W, layer.b)]

    def _require_own(self, what, *parts):
        """Refuse layers or an optimizer that another network was built with since."""
        if any(part.built_for is not self._mark for part in parts):
            raise LabkitError(
                f"another network was built with the same {what} object since this one.",
                f"Make a new {what} for each network.",
            )

    def _grads(self):
        return [array for layer in self._dense() for array in (layer.dW, layer.db)]

    # -- one batch -------------------------------------------------------------------------

    def _forward(self, X, training=False):
        """Return the outputs of a batch, (n_samples, n_out)."""
        A = X.astype(self.dtype, copy=False)
        for layer in self.layers:
            A = layer.forward(A, training)
        return A

    def _loss(self, y, y_hat):
        """Return the loss of the batch that has just gone forward, with the penalties."""
        joint = self._joint
        loss = self.loss.logit_value(y, self.output.Z) if joint else self.loss.value(y, y_hat)
        return float(loss) + sum(layer.penalty() for layer in self.layers)

    def _backward(self, y, y_hat):
        """Compute the gradients of all layers, the last one first."""
        first = self.layers[0]
        if self._joint:
            grad = self.output.backward_sums(
                self.loss.logit_gradient(y, self.output.Z), self.output is not first
            )
        else:
            grad = self.output.backward(self.loss.raw_gradient(y, y_hat), self.output is not first)
        for layer in reversed(self.layers[:-1]):
            grad = layer.backward(grad, layer is not first)

    def _update(self, X, y):
        """Learn from one batch, if its loss is finite; return loss and outputs from before."""
        y_hat = self._forward(X, training=True)
        loss = self._loss(y, y_hat)
        if math.isfinite(loss):  # else the gradients would spoil all weights
            self._backward(y, y_hat)  # every gradient is known before any weight moves
            self.optimizer.step(self._params(), self._grads())
        return loss, y_hat

    def train_on_batch(self, X, y):
        """Learn from one batch.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite.
        y : array_like, shape (n_samples, n_out) or (n_samples,)
            Targets, as in `fit`.

        Returns
        -------
        float
            The loss before the update, with penalties.

        Raises
        ------
        TypeError, ValueError
            As `fit`.
        DivergenceError
            If the loss is not finite; nothing moves then.

        Examples
        --------
        >>> model = MLP([Dense(1, kernel_initializer="zeros")], optimizer="sgd")
        >>> model.train_on_batch([[1.0], [2.0]], [[2.0], [4.0]])
        10.0
        """
        X, y = self._checked(X, y)
        self._require_own("optimizer", self.optimizer)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss, _ = self._update(X, y)
        if not math.isfinite(loss):
            raise self._diverged(loss, f"update {self.optimizer.t + 1}")
        return loss

    def gradients(self, X, y):
        """Return the gradient of the loss for every weight and bias; nothing moves.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite. Dropout is off.
        y : array_like, shape (n_samples, n_out) or (n_samples,)
            Targets, as in `fit`.

        Returns
        -------
        list of ndarray
            In the order and the shapes of `get_weights`.

        Raises
        ------
        TypeError, ValueError
            As `fit`.

        See Also
        --------
        labkit.nn.check_gradients : compares them with central differences.

        Examples
        --------
        >>> model = MLP([Dense(1, kernel_initializer="zeros")]).build(1)
        >>> model.gradients([[1.0], [2.0]], [[2.0], [4.0]])
        [array([[-10.]]), array([-6.])]
        """
        X, y = self._checked(X, y)
        self._backward(y, self._forward(X))
        return [grad.copy() for grad in self._grads()]

    def loss_value(self, X, y):
        """Return the loss on some data, all in one batch, with penalties.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite. Dropout is off.
        y : array_like, shape (n_samples, n_out) or (n_samples,)
            Targets, as in `fit`.

        Returns
        -------
        float

        Raises
        ------
        TypeError, ValueError
            As `fit`.

        Examples
        --------
        >>> model = MLP([Dense(1, kernel_initializer="zeros", bias_initializer="zeros")]).build(1)
        >>> model.loss_value([[1.0], [2.0]], [[2.0], [4.0]])
        10.0
        """
        X, y = self._checked(X, y)
        return self._loss(y, self._forward(X))

    # -- many batches ----------------------------------------------------------------------

    def fit(
        self,
        X,
        y,
        *,
        epochs=1,
        batch_size=None,
        shuffle=True,
        validation_data=None,
        validation_split=0.0,
        callbacks=(),
        verbose="auto",
    ):
        """Train the network; called again, it goes on from the weights that it has.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite, of any real type. An array is read batch by batch, never copied
            whole; a list, or a frame with columns of several types, becomes an array first.
        y : array_like, shape (n_samples, n_out) or (n_samples,)
            Targets in the shape of the output; class numbers (n_samples,) for
            "sparse_categorical_crossentropy". Brought to the network's type once, whole.
        epochs : int, default 1
            Passes over the training set.
        batch_size : int, optional
            Samples for one update, 1 to n_samples; by default 32, or all of a smaller set.
        shuffle : bool, default True
            Whether every epoch takes the samples in a new random order.
        validation_data : tuple (X, y), optional
            Data to measure on after every epoch, never to learn from.
        validation_split : float, default 0.0
            Takes this part of the samples, the last ones, as validation data instead; not
            together with `validation_data`.
        callbacks : sequence of callable
            Each is called after every epoch as ``callback(model, epoch, logs)``, and ends the
            training by returning True; `EarlyStopping` is one. Methods ``begin(model)`` and
            ``end(model)``, if it has them, are called before and after the training.
        verbose : "auto", True or False
            Whether to show a progress bar: by default to a person who waits, never in a
            graded notebook or a test.

        Returns
        -------
        History
            Loss and metrics of every epoch: averages over its batches as they were met, as in
            Keras. The same object as ``history_``.

        Raises
        ------
        TypeError, ValueError
            If an argument is of the wrong kind or range, shapes do not fit, a label is outside
            its range, or a number is NaN or infinite. Data that are refused leave the network
            as it was.
        LabkitError
            If another network was built with the same layer or optimizer objects since.
        DivergenceError
            If the loss is no longer finite.

        Notes
        -----
        Whatever breaks a training off (divergence, an error in a callback, Ctrl-C), the
        finished epochs stay in ``history_``, the weights are those of the last update, and
        callbacks are told the end.

        Examples
        --------
        >>> X = np.linspace(-1, 1, 20)[:, None]
        >>> model = MLP([Dense(1)], optimizer=optimizers.SGD(0.1), rng=np.random.default_rng(0))
        >>> history = model.fit(X, 3 * X + 1, epochs=50)
        >>> [float(array.ravel()[0].round(2)) for array in model.get_weights()]
        [2.95, 1.0]
        """
        callbacks, shown = _checked_callbacks(callbacks), _is_shown(verbose)
        X, y, validation = self._checked_sets(X, y, validation_data, validation_split)
        self._require_own("optimizer", self.optimizer)
        epochs = positive_integer("epochs", epochs)
        batch_size = _batch_size(batch_size, len(X))
        self.history_ = History()
        _tell(callbacks, "begin", self)
        try:
            with progress_bar("training", count_updates(len(X), batch_size, epochs), shown) as go:
                for epoch in range(epochs):
                    batches = minibatches(len(X), batch_size, self.rng if shuffle else None)
                    logs = self._run_epoch(X, y, batches, go) | self._validated(validation)
                    self.history_.append(logs)
                    go(0, f"epoch {epoch + 1} of {epochs}, loss {logs['loss']:.4f}")
                    wishes = [callback(self, epoch, logs) for callback in callbacks]
                    if any(isinstance(wish, bool | np.bool_) and wish for wish in wishes):
                        break
        finally:
            _tell(callbacks, "end", self)
        return self.history_

    def _run_epoch(self, X, y, batches, advance):
        """Learn from every batch once; return the means of what was met."""
        sums = dict.fromkeys(("loss", *self.metrics), 0.0)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for k, batch in enumerate(batches):
                y_batch = y[batch]
                loss, y_hat = self._update(X[batch], y_batch)
                if not math.isfinite(loss):
                    epoch = len(self.history_.epoch) + 1
                    raise self._diverged(loss, f"update {k + 1} of epoch {epoch}")
                sums["loss"] += loss * len(batch)
                for name, metric in self.metrics.items():
                    sums[name] += metric(y_batch, y_hat) * len(batch)
                advance(1)
        return {name: total / len(X) for name, total in sums.items()}

    def _diverged(self, loss, where):
        return DivergenceError(
            f"the loss became {loss} in {where}.",
            f"Choose a learning_rate below {self.optimizer.learning_rate:g}, scale the inputs to "
            "a size of about 1, or choose smaller first weights.",
        )

    def _validated(self, validation):
        """Return what is measured on checked validation data, if there are any."""
        if validation is None:
            return {}
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            measured = self._measure(*validation, 256)
        return {f"val_{name}": value for name, value in measured.items()}

    def _measure(self, X, y, batch_size):
        """Return loss and metrics on checked data."""
        sums = dict.fromkeys(("loss", *self.metrics), 0.0)
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            y_hat, share = self._forward(X[rows]), len(X[rows]) / len(X)
            sums["loss"] += self._loss(y[rows], y_hat) * share
            for name, metric in self.metrics.items():
                sums[name] += metric(y[rows], y_hat) * share
        return sums

    def evaluate(self, X, y, batch_size=256):
        """Return the loss and the metrics on some data.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite. Dropout is off.
        y : array_like, shape (n_samples, n_out) or (n_samples,)
            Targets, as in `fit`.
        batch_size : int, default 256
            Samples to compute at a time, which changes nothing but the memory used.

        Returns
        -------
        dict of str to float
            ``"loss"`` (with penalties) and every metric.

        Raises
        ------
        TypeError, ValueError
            As `fit`.
        NotFittedError
            If there are no weights yet.

        Examples
        --------
        >>> model = MLP([Dense(1, kernel_initializer="zeros")], metrics=["mae"]).build(1)
        >>> model.evaluate([[1.0], [2.0]], [[2.0], [4.0]])
        {'loss': 10.0, 'mae': 3.0}
        """
        self._params()
        X, y = self._checked(X, y)
        return self._measure(X, y, positive_integer("batch_size", batch_size))

    def predict(self, X, batch_size=256):
        """Return the outputs.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_in)
            Inputs, finite. Dropout is off.
        batch_size : int, default 256
            Samples to compute at a time, which changes nothing but the memory used.

        Returns
        -------
        ndarray of `dtype`, shape (n_samples, n_out)

        Raises
        ------
        TypeError, ValueError
            If `X` does not hold finite real numbers or has another number of features.
        NotFittedError
            If there are no weights yet.

        Examples
        --------
        >>> MLP([Dense(3, "softmax")], loss="categorical_crossentropy").build(2).predict(
        ...     np.ones((4, 2))).sum(axis=1)
        array([1., 1., 1., 1.])
        """
        self._params()
        X = self._checked_inputs(X)
        batch_size = positive_integer("batch_size", batch_size)
        parts = [self._forward(X[k : k + batch_size]) for k in range(0, len(X), batch_size)]
        return np.concatenate(parts)

    # -- what comes in ---------------------------------------------------------------------

    def _checked_inputs(self, X):
        """Return X as an array (n_samples, n_in), never copied if it is one."""
        X = as_reals("X", X)
        if X.ndim != 2 or 0 in X.shape:
            raise ValueError(
                f"X must have shape (n_samples, n_features), none of them 0; got shape {X.shape}."
                + _shape_remedy(X)
            )
        if self.n_in not in (None, X.shape[1]):
            raise ValueError(
                f"X must have {self.n_in} features, as the network has inputs; "
                f"got {X.shape[1]} (shape {X.shape})."
            )
        require_finite("X", X)
        return X

    def _checked(self, X, y):
        """Return inputs and targets in the form that the loss wants; build when both are right."""
        X, y = self._checked_inputs(X), as_reals("y", y)
        if y.ndim == 0 or len(y) != len(X):
            got = "a single number" if y.ndim == 0 else len(y)
            raise ValueError(f"y must have one row for each of the {len(X)} samples; got {got}.")
        # predictions of the right shape that take no memory, for the loss to check y against
        like = np.broadcast_to(self.dtype.type(0.5), (len(X), self.output.units))
        y, _ = self.loss.checked(y, like)
        if self.n_in is None:
            self.build(X.shape[1])
        return X, y

    def _checked_sets(self, X, y, validation_data, validation_split):
        """Return inputs and targets to learn from, and a pair (or None) to validate on."""
        share = fraction("validation_split", validation_split)
        if share and validation_data is not None:
            raise ValueError(
                f"validation_split must be 0 together with validation_data; got {share}."
            )
        X, y = self._checked(X, y)
        if share:
            return _split(X, y, share)
        return X, y, None if validation_data is None else self._checked_pair(validation_data)

    def _checked_pair(self, data):
        if not isinstance(data, tuple | list) or len(data) != 2:
            raise TypeError(f"validation_data must be a pair (X, y); got {type(data).__name__}.")
        try:
            return self._checked(*data)
        except (TypeError, ValueError) as error:
            raise type(error)(f"validation_data: {error}") from None


def _checked_layers(layers):
    """Return the layers as a list, the last of them dense, or say what is wrong with them."""
    layers = _as_list("layers", layers, "Dense and Dropout")
    for k, layer in enumerate(layers):
        if not isinstance(layer, Dense | Dropout):
            raise TypeError(f"layers must hold Dense and Dropout; got {layer!r} at index {k}.")
    if not layers or not isinstance(layers[-1], Dense):
        last = type(layers[-1]).__name__ if layers else "no layer"
        raise ValueError(f"layers must end with a Dense layer, the output; got {last}.")
    if len({id(layer) for layer in layers}) < len(layers):
        raise ValueError("layers must be different objects; one of them stands twice.")
    return layers


def _checked_dtype(dtype):
    if str(dtype) not in ("float32", "float64") and dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype must be 'float32' or 'float64'; got {dtype!r}.")
    return np.dtype(dtype)


def _checked_output(output, loss):
    """Return whether output and loss are computed in one step; refuse pairs that make no sense."""
    if not isinstance(loss, losses.CrossEntropy):
        return False
    name, wanted = output.activation.name, loss.activation.name
    joint = name == wanted
    if wanted == "softmax" and (not joint or output.units < 2):
        raise ValueError(
            f"loss {loss.name!r} needs an output layer with softmax and at least 2 units; "
            f"got {name!r} and {output.units}."
        )
    if output.activation.range != (0.0, 1.0):
        raise ValueError(
            f"loss {loss.name!r} needs outputs from 0 to 1, such as those of 'sigmoid'; "
            f"the output layer has {name!r}."
        )
    return joint


def _checked_metrics(names, output, loss):
    """Return the metrics by name."""
    names = _as_list("metrics", names, "names")
    return {name: metrics.get(name, output.activation, loss) for name in names}


def _batch_size(batch_size, n_samples):
    """Return the batch size, or the default for a set of that size."""
    return min(32, n_samples) if batch_size is None else checked_batch_size(batch_size, n_samples)


def _split(X, y, share):
    """Cut the last part of checked data off as validation data, without copying."""
    n_train = len(X) - int(len(X) * share)
    if not 0 < n_train < len(X):
        raise ValueError(
            f"validation_split must leave samples on both sides; got {share} of {len(X)}."
        )
    return X[:n_train], y[:n_train], (X[n_train:], y[n_train:])


def _is_shown(verbose):
    if verbose not in ("auto", True, False):
        raise ValueError(f"verbose must be 'auto', True or False; got {verbose!r}.")
    return has_audience() if verbose == "auto" else bool(verbose)


def _shape_remedy(X):
    if X.ndim == 1:
        return f" For one sample write X[None, :], shape (1, {X.size})."
    if X.ndim > 2 and X.size:
        return f" Write X.reshape(len(X), -1), shape ({len(X)}, {X.size // len(X)})."
    return ""


def _as_list(name, values, what):
    """Return a list or another sequence as a list; one thing alone is refused."""
    if isinstance(values, str | dict) or not isinstance(values, Iterable):
        remedy = "" if values is None else f" For one alone write [{values!r}]."
        raise TypeError(f"{name} must be a list of {what}; got {values!r}.{remedy}")
    return list(values)


def _checked_callbacks(callbacks):
    callbacks = _as_list("callbacks", callbacks, "functions")
    for callback in callbacks:
        if not callable(callback):
            raise TypeError(f"callbacks must be callable; got {callback!r}.")
    return callbacks


def _tell(callbacks, moment, model):
    """Call a callback's method for the begin or the end of training, if it has one."""
    for callback in callbacks:
        getattr(callback, moment, lambda model: None)(model)
