"""Steps that nbgrader runs for us, named in ``exercises/nbgrader_config.py``."""

from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

from labkit import data
from labkit.data import settings
from labkit.errors import LabkitError
from labkit.grading.repair import originals, repair
from labkit.grading.warm import modules_for
from labkit.site import install_requirement

PLACEHOLDER = "{{labkit}}"


class FillRequirement(NbGraderPreprocessor):
    """Write the requirement that installs labkit where a workshop says ``{{labkit}}``.

    Address and branch of the course stand in one place, ``_config.yml``, so that a fork changes
    them there and every workshop that it releases installs labkit from the fork, like its
    chapters.

    See Also
    --------
    labkit.site.install_requirement : where the requirement is made.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("Install {{labkit}}.")])
    >>> filled, _ = FillRequirement().preprocess(notebook, {})
    >>> "{{" in filled.cells[0].source
    False
    """

    def preprocess_cell(self, cell, resources, index):
        """Fill the placeholder in one cell.

        Parameters
        ----------
        cell : nbformat.NotebookNode
            Changed in place.
        resources : dict
            Passed on unchanged.
        index : int
            Position of the cell in the notebook; not used.

        Returns
        -------
        tuple of (nbformat.NotebookNode, dict)
            The cell and the resources.
        """
        cell.source = cell.source.replace(PLACEHOLDER, install_requirement())
        return cell, resources


class RequireData(NbGraderPreprocessor):
    """Refuse to autograde a workshop whose data are not there: every score would be 0.

    A workshop names its data sets in its metadata, as ``"labkit": {"data": ["titanic"]}``. They
    are fetched before the first cell runs, into the cache if they are not there already. Where
    ``LABKIT_DATA_STRICT`` is not set, the built-in samples serve, and nothing is refused.

    Raises
    ------
    LabkitError
        If a data set cannot be had; nbgrader then grades this submission not at all and keeps
        the scores that it had.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> notebook = new_notebook(metadata={"labkit": {"data": ["iris"]}})
    >>> RequireData().preprocess(notebook, {})[1]
    {}
    """

    def preprocess(self, nb, resources):
        """Look for the data sets of one notebook.

        Parameters
        ----------
        nb : nbformat.NotebookNode
            Passed on unchanged.
        resources : dict
            Passed on unchanged.

        Returns
        -------
        tuple of (nbformat.NotebookNode, dict)
            The notebook and the resources.
        """
        names = nb.metadata.get("labkit", {}).get("data", [])
        known = [name for name in names if name in data.names()]  # a student may have edited it
        if settings.strict():
            for name in known:
                _require(name)
        return nb, resources


def _require(name):
    """Fetch one data set, or say how to get it."""
    try:
        data.fetch(name)
    except data.DataError as reason:
        raise LabkitError(
            f"the workshop needs the data set {name!r}, which cannot be had: {reason.problem}",
            f"run `labkit data fetch {name}`, or set LABKIT_DATA to a folder that has it; "
            "then autograde again. No score was changed.",
        ) from reason


class RepairCells(NbGraderPreprocessor):
    """Give the cells of a submission the settings back that they have in the release.

    It stands before nbgrader's own steps, which stop at what it repairs: a copied test cell, an
    old version of the settings, or a test that is no code any more. What it did is in the log.

    See Also
    --------
    labkit.grading.repair : what is repaired, and how.

    Examples
    --------
    >>> RepairCells().enabled
    True
    """

    def preprocess(self, nb, resources):
        """Repair one notebook.

        Parameters
        ----------
        nb : nbformat.NotebookNode
            Changed in place.
        resources : dict
            Where nbgrader says whose notebook it is, and where the gradebook.

        Returns
        -------
        tuple of (nbformat.NotebookNode, dict)
            The notebook and the resources.
        """
        place = resources["nbgrader"]
        with Gradebook(place["db_url"]) as gradebook:
            release = originals(gradebook, place["assignment"], place["notebook"])
        for sentence in repair(nb, release):
            self.log.warning("%s: %s", place["student"], sentence)
        return nb, resources


class ExecuteWarm(Execute):
    """Execute a notebook in a kernel that need not import the course's libraries first.

    It is nbgrader's own step, with its own settings (``c.Execute``); only the kernel is forked
    from a process that has imported what the notebook names, see `labkit.grading.warm`.

    Examples
    --------
    >>> ExecuteWarm().timeout == Execute().timeout
    True
    """

    def create_kernel_manager(self):
        """Tell the kernel manager what the notebook will import; called by nbclient.

        Returns
        -------
        jupyter_client.manager.KernelManager
            The manager that ``c.Execute.kernel_manager_class`` names.
        """
        manager = super().create_kernel_manager()
        code = (cell.source for cell in self.nb.cells if cell.cell_type == "code")
        manager.imported = modules_for("\n".join(code))
        return manager
