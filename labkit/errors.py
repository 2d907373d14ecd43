"""Errors that say what was wrong and what to do about it."""


class LabkitError(Exception):
    """Base of labkit's own errors.

    Parameters
    ----------
    problem : str
        What was wrong: names the thing, the rule and the value received.
    remedy : str, optional
        What the reader can do about it, as an instruction.

    Examples
    --------
    >>> print(LabkitError("no data set is called 'irsi'.", "Did you mean 'iris'?"))
    no data set is called 'irsi'.
    What to do: Did you mean 'iris'?
    """

    def __init__(self, problem, remedy=None):
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self):
        return f"{self.problem}\nWhat to do: {self.remedy}" if self.remedy else self.problem

    def __reduce__(self):
        # pickle rebuilds exceptions from args alone, which would drop the remedy
        return type(self), (self.problem, self.remedy)
