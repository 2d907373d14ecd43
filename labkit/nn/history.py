"""What training leaves behind, and what may end it early."""

import numpy as np

from labkit.nn.inputs import not_negative


class History:
    """The course of a training: one number an epoch for the loss and for each metric.

    Attributes
    ----------
    history : dict of str to list of float
        ``"loss"``, the metrics by name, and the same with ``"val_"`` for validation data.
    epoch : list of int
        Numbers of the epochs, from 0.

    See Also
    --------
    labkit.plot.learning_curves : draws it.

    Examples
    --------
    >>> history = History()
    >>> history.append({"loss": 0.5})
    >>> history.history, history.epoch
    ({'loss': [0.5]}, [0])
    """

    def __init__(self):
        self.history, self.epoch = {}, []

    def append(self, logs):
        """Add the numbers of one epoch.

        Parameters
        ----------
        logs : dict of str to float
            The same keys for every epoch.

        Examples
        --------
        >>> history = History()
        >>> history.append({"loss": 0.5, "val_loss": 0.6})
        >>> list(history.history)
        ['loss', 'val_loss']
        """
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        self.epoch.append(len(self.epoch))

    def __repr__(self):
        last = ", ".join(f"{name} {values[-1]:.4f}" for name, values in self.history.items())
        return f"<History of {len(self.epoch)} epochs: {last}>"


class EarlyStopping:
    """Ends training when a number has not got better for a while.

    Hand it to ``MLP.fit(..., callbacks=[EarlyStopping(patience=5)])``. It may be used again:
    each training starts with a clean slate.

    Parameters
    ----------
    monitor : str, default "val_loss"
        Which number to watch. One whose name ends in "accuracy" should grow, others fall.
    patience : int, default 0
        After how many epochs without improvement to stop; 0 and 1 mean the same.
    min_delta : float, default 0.0
        Only a change of more than this is an improvement.
    restore_best_weights : bool, default False
        Whether the network ends with the weights of its best epoch, even if the training is
        interrupted or diverges.

    Attributes
    ----------
    best_epoch : int or None
        Number of the best epoch, from 0.
    stopped_epoch : int or None
        Number of the epoch that was the last; None if training was not ended early.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or range; in `fit`, if there is no such number.

    References
    ----------
    L. Prechelt, "Early stopping - but when?", in *Neural Networks: Tricks of the Trade*,
    Springer 1998.

    Examples
    --------
    >>> stopper = EarlyStopping(monitor="loss", patience=2)
    >>> [bool(stopper(None, epoch, {"loss": loss})) for epoch, loss in enumerate([3, 2, 2.5, 2.1])]
    [False, False, False, True]
    >>> stopper.best_epoch, stopper.stopped_epoch
    (1, 3)
    """

    def __init__(self, monitor="val_loss", patience=0, min_delta=0.0, restore_best_weights=False):
        if isinstance(patience, bool) or not isinstance(patience, (int, np.integer)):
            raise TypeError(f"patience must be an integer; got {patience!r}.")
        if not isinstance(monitor, str):
            raise TypeError(f"monitor must be a name such as 'val_loss'; got {monitor!r}.")
        self.patience = int(not_negative("patience", patience))
        self.min_delta = not_negative("min_delta", min_delta)
        self.monitor, self.restore_best_weights = monitor, restore_best_weights
        self.begin(None)

    def begin(self, model):
        """Forget an earlier training; `fit` calls this first."""
        self.best_epoch = self.stopped_epoch = None
        self._best = self._weights = None

    def __call__(self, model, epoch, logs):
        """Look at the numbers of an epoch.

        Parameters
        ----------
        model : labkit.nn.MLP
            The network, for its weights.
        epoch : int
            Number of the epoch, from 0.
        logs : dict of str to float
            Its numbers.

        Returns
        -------
        bool
            True to stop.
        """
        if self.monitor not in logs:
            remedy = " Give fit validation_data." if self.monitor.startswith("val_") else ""
            raise ValueError(f"monitor must be one of {list(logs)}; got {self.monitor!r}.{remedy}")
        sign = -1 if self.monitor.endswith("accuracy") else 1
        value = sign * logs[self.monitor]
        if self._best is None or value < self._best - self.min_delta:
            self._best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self._weights = model.get_weights()
        elif epoch - self.best_epoch >= max(1, self.patience):
            self.stopped_epoch = epoch
        return self.stopped_epoch is not None

    def end(self, model):
        """Put the best weights back if asked for; `fit` calls this last."""
        if self._weights is not None:
            model.set_weights(self._weights)
