"""Settings of the course for nbgrader: type its commands in this folder and they apply.

Needs ``pip install "labkit[instructor]"``; everything else is stock nbgrader.
The instructor guide of the book explains each step.
"""

import os
import sysconfig

from labkit.grading.warm import ENVIRONMENT

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "neural-networks"
# What a student may hand in: one small notebook. Kilobytes; nbgrader's own limit is 100 MB.
c.CourseDirectory.max_file_size = 10_000
c.CourseDirectory.max_dir_size = 20_000

# Release: first fill in from where labkit is installed, then nbgrader's own steps in their own order.
c.GenerateAssignment.preprocessors = [
    "labkit.grading.preprocessors.FillRequirement",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # YOUR CODE HERE"}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Exchange: a folder that everybody on the server can write to (see the guide).
c.Exchange.root = os.environ.get("LABKIT_EXCHANGE", "/usr/local/share/nbgrader/exchange")

# Autograding: not without the data of the workshop (every score would be 0), and with every cell of
# the release in its place; then nbgrader's own steps.
c.Autograde.sanitize_preprocessors = [
    "labkit.grading.preprocessors.RequireData",
    "labkit.grading.preprocessors.RepairCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# nbgrader's own steps, but that kernels are forked from a process that has imported TensorFlow.
c.Autograde.autograde_preprocessors = [
    "labkit.grading.preprocessors.ExecuteWarm",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
# Seconds for one cell, and for a kernel to start. A kernel is killed when its
# notebook is done: waiting for it to leave politely costs a second a student.
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
c.Execute.shutdown_kernel = "immediate"
# No network ports, for which graders that run side by side would race.
c.Execute.kernel_manager_class = "labkit.grading.kernels.FileKernelManager"

# Kernels inherit these. Graded work is done on the real data sets, with the same hashes for
# everybody. nbgrader gives 0 for a test that prints to stderr, so nothing may chatter there.
for name, value in ENVIRONMENT.items():
    os.environ.setdefault(name, value)

# nbgrader calls `alembic` to make a gradebook; find it also when the environment is not activated.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
