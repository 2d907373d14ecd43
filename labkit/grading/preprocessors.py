"""Steps that nbgrader runs for us, named in ``exercises/nbgrader_config.py``."""

from nbgrader.preprocessors import NbGraderPreprocessor

from labkit.site import repository

PLACEHOLDER = "{{repository}}"


class FillRepository(NbGraderPreprocessor):
    """Write the address of the course where a workshop says ``{{repository}}``.

    The address stands in one place, ``_config.yml``, so that a fork changes one line
    and every workshop that it releases installs labkit from the fork.

    See Also
    --------
    labkit.site.repository : where the address is read.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("From {{repository}}.")])
    >>> filled, _ = FillRepository().preprocess(notebook, {})
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
        cell.source = cell.source.replace(PLACEHOLDER, repository())
        return cell, resources
