"""Directive ``{address-block} LANGUAGE``: a code block that names the course's address.

``{repository}``, ``{branch}``, ``{name}`` and ``{site}`` in its text are filled in from
``_config.yml``, the only place where the address stands.
"""

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from labkit import site


def values():
    """Return what the placeholders stand for."""
    repository = site.repository()
    return {
        "repository": repository,
        "branch": site.branch(),
        "name": repository.rstrip("/").rsplit("/", 1)[-1],
        "site": site.site_url(),
    }


class AddressBlock(SphinxDirective):
    """A literal block whose placeholders are replaced."""

    has_content = True
    required_arguments = 1

    def run(self):
        """Return the literal block; an unknown placeholder stops the build."""
        try:
            text = "\n".join(self.content).format_map(values())
        except (KeyError, ValueError) as error:
            place = self.state_machine.get_source_and_line(self.lineno)
            known = ", ".join(f"{{{name}}}" for name in values())
            raise ExtensionError(f"{place}: {error} in address-block; known: {known}") from error
        block = nodes.literal_block(text, text, language=self.arguments[0])
        self.set_source_info(block)
        return [block]


def setup(app):
    """Register the directive."""
    app.add_directive("address-block", AddressBlock)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
