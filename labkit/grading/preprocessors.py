"""Steps that nbgrader runs for us, named in ``exercises/nbgrader_config.py``."""

from nbgrader.preprocessors import NbGraderPreprocessor

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
