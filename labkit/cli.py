"""The ``labkit`` command. Each part's commands are imported when they are called."""

import importlib
import os
import sys

import typer

import labkit
from labkit.errors import LabkitError

# name: (module that holds the part's typer app as `app`, its line in `labkit --help`)
PARTS = {
    "data": ("labkit.data.cli", "List, fetch and verify the data sets."),
}

app = typer.Typer(
    help="Commands of the course on neural networks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool):
    """Print the version and end."""
    if wanted:
        typer.echo(f"labkit {labkit.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print labkit's version."
    ),
):
    """Commands of the course on neural networks."""


@app.command()
def doctor(
    tensorflow: bool = typer.Option(
        False, "--tensorflow", help="Also start TensorFlow and ask it for GPUs (some seconds)."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSON."),
):
    """Show what is installed, what is missing, and how to get it.

    Exit code 1 if something that the course needs is missing.
    """
    from labkit import doctor

    findings = doctor.examine(tensorflow=tensorflow)
    if as_json:
        typer.echo(doctor.as_json(findings))
    else:
        _console().print(_table(findings))
        _print_advice(findings)
    if not doctor.is_complete(findings):
        raise typer.Exit(1)


def _console(**settings):
    """Return rich's console, which is imported only when there is something to show."""
    from rich.console import Console

    return Console(highlight=False, **settings)


def _table(findings):
    """Return the findings as a table, in sections by topic."""
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "optional": "yellow", "problem": "bold red"}
    table = Table("", "", "found", "", box=None, pad_edge=False, header_style="dim")
    topic = None
    for finding in findings:
        shown = "" if finding.topic == topic else finding.topic
        topic = finding.topic
        status = Text(finding.status, colours[finding.status])
        table.add_row(Text(shown, "bold"), Text(finding.name), Text(finding.found), status)
    return table


def _print_advice(findings):
    """Print how to get what is missing, and the verdict."""
    console = _console(soft_wrap=True)
    advice = [finding for finding in findings if finding.remedy]
    if advice:
        console.print("\nHow to get what is missing", style="bold")
    for finding in advice:
        console.print(f"  {finding.name}: {finding.remedy}", markup=False)
    needed = ", ".join(finding.name for finding in findings if finding.status == "problem")
    if needed:
        console.print(f"\nMissing and needed: {needed}.", style="bold red", markup=False)
    else:
        console.print("\nEverything that the course needs is here.", style="green")


def _forward(name, module):
    """Return a command that hands its arguments to the typer app of a part."""

    def command(ctx: typer.Context):
        part = importlib.import_module(module)
        part.app(args=ctx.args, prog_name=f"labkit {name}")

    return command


_PASS_ON = {
    "allow_extra_args": True,
    "allow_interspersed_args": False,
    "ignore_unknown_options": True,
}
for _name, (_module, _help) in PARTS.items():
    app.command(_name, help=_help, add_help_option=False, context_settings=_PASS_ON)(
        _forward(_name, _module)
    )


def main():
    """Run the command line; errors of labkit become a message and exit code 1.

    With ``LABKIT_DEBUG`` set, they keep their traceback.

    Raises
    ------
    SystemExit
        Always: 0 for success, 1 for an error or a finding, 2 for wrong usage.
    """
    try:
        app(prog_name="labkit")
    except LabkitError as error:
        if os.environ.get("LABKIT_DEBUG"):
            raise
        _print_error(error)
        sys.exit(1)


def _print_error(error):
    """Show an error and its remedy on the standard error stream."""
    console = _console(stderr=True, soft_wrap=True)
    console.print("Error:", style="bold red", end=" ")
    console.print(error.problem, markup=False)
    if error.remedy:
        console.print("What to do:", style="bold", end=" ")
        console.print(error.remedy, markup=False)
