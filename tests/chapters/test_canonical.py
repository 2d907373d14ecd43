"""The one form in which outputs are stored."""

import socket
from pathlib import Path

import pytest
from canonical import OutputError, canonical_outputs
from nbformat.v4 import new_output

ADDRESS = "<function f at 0x7f3a2b1c4d5e>"


def canonical(*outputs, seed="cell", source="", root=Path("/work/course")):
    return canonical_outputs(outputs, count=7, seed=seed, source=source, root=root)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    return new_output("display_data", {key.replace("_", "/", 1): v for key, v in data.items()})


def figure(identifier, date="2026-01-01"):
    return (
        f'<svg><dc:date>{date}</dc:date><clipPath id="{identifier}"/>'
        f'<g id="axes_1" clip-path="url(#{identifier})"/></svg>'
    )


def test_text_printed_in_pieces_becomes_one_output():
    [output] = canonical(printed("a"), printed("b\n"))
    assert output.text == "ab\n"


def test_text_keeps_its_place_before_and_after_a_figure():
    kinds = [o.output_type for o in canonical(printed("a"), shown(text_plain="f"), printed("b"))]
    assert kinds == ["stream", "display_data", "stream"]


def test_a_progress_line_keeps_only_its_last_state():
    [output] = canonical(printed("10 %\r"), printed("100 %\ndone\n"))
    assert output.text == "100 %\ndone\n"


def test_a_result_gets_the_count_of_its_cell():
    [output] = canonical(new_output("execute_result", {"text/plain": "1"}, execution_count=99))
    assert output.execution_count == 7


def test_an_expected_error_is_stored_without_its_frames():
    trace = ["\x1b[31mValueError\x1b[0m", "File /home/somebody/labkit/nn.py:3"]
    [output] = canonical(new_output("error", ename="ValueError", evalue="no", traceback=trace))
    assert output.traceback == ["ValueError: no"]


def test_two_runs_of_one_figure_are_stored_equal():
    first = canonical(shown(**{"image_svg+xml": figure("p0123456789", "2026-01-01")}))
    second = canonical(shown(**{"image_svg+xml": figure("pabcdef0123", "2027-02-02")}))
    assert first == second


def test_references_inside_a_figure_follow_the_new_identifier():
    [output] = canonical(shown(**{"image_svg+xml": figure("p0123456789")}))
    svg = output.data["image/svg+xml"]
    identifier = svg.split('clipPath id="')[1].split('"')[0]
    assert identifier != "p0123456789"
    assert f"url(#{identifier})" in svg


def test_figures_of_different_cells_share_no_identifier():
    one, other = (
        canonical(shown(**{"image_svg+xml": figure("p0123456789")}), seed=seed) for seed in "ab"
    )
    assert one != other


def test_places_in_a_figure_have_two_decimals_and_scales_keep_theirs():
    svg = '<path d="M 1.23456 -0.0049 L 7 8.5"/><use x="12.345678" transform="scale(0.015625)"/>'
    [output] = canonical(shown(**{"image_svg+xml": svg}))
    assert output.data["image/svg+xml"] == (
        '<path d="M1.23 -0L7 8.5"/><use x="12.35" transform="scale(0.015625)"/>'
    )


def test_an_outline_is_one_line_without_needless_space():
    svg = '<path d="M 1 2 \nL 3.5 -4 \nC 5 6 7 8 9 10 \nz\n"/><g id="d 1"/>'
    [output] = canonical(shown(**{"image_svg+xml": svg}))
    assert output.data["image/svg+xml"] == '<path d="M1 2L3.5 -4C5 6 7 8 9 10z"/><g id="d 1"/>'


def test_colours_of_a_terminal_are_left_out():
    [output] = canonical(printed("\x1b[1mbold\x1b[0m and \x1b[38;5;33mblue\x1b[0m"))
    assert output.text == "bold and blue"
    rich = {
        "text_plain": "\x1b[1mModel\x1b[0m",
        "text_html": '<pre style="white-space:pre;x">M</pre>',
    }
    [output] = canonical(shown(**rich))
    assert output.data == {"text/plain": "Model"}


def test_html_that_a_library_made_stays():
    [output] = canonical(shown(text_plain="   a", text_html="<table></table>"))
    assert set(output.data) == {"text/plain", "text/html"}


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (printed("UserWarning: hm\n", "stderr"), r"wrote to stderr.*UserWarning: hm"),
        (printed(f"first\n{ADDRESS}\n"), r"memory address: <function f"),
        (shown(text_html=f"<b>{ADDRESS}</b>"), "memory address"),
        (printed("in /work/course/labkit/nn.py"), "path of this machine: in /work/course"),
        (printed(f"{Path.home()}/x"), "path of this machine"),
        (new_output("error", ename="OSError", evalue="/work/course/x", traceback=[]), "path of"),
    ],
)
def test_noise_and_traces_of_the_machine_are_refused(output, message):
    with pytest.raises(OutputError, match=message):
        canonical(output)


def test_the_data_folder_is_refused(monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", "/mnt/data-sets")
    with pytest.raises(OutputError, match="path of this machine: read /mnt/data-sets/iris"):
        canonical(printed("read /mnt/data-sets/iris"))


def test_a_path_that_only_begins_like_ours_is_no_leak():
    assert canonical(printed("/work/course-notes"))


def test_the_name_of_the_machine_is_refused_unless_the_cell_names_it(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "iris")
    with pytest.raises(OutputError, match="name of this machine"):
        canonical(printed("on iris: 150"))
    assert canonical(printed("iris: 150"), source='load("iris")')


def test_a_value_glued_for_the_prose_keeps_its_name():
    glued = new_output(
        "display_data",
        {"application/papermill.record/text/plain": "0.95"},
        metadata={"scrapbook": {"name": "accuracy"}},
    )
    [output] = canonical(glued)
    assert output.metadata.scrapbook.name == "accuracy"
