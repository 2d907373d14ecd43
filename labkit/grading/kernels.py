"""Kernels that nbgrader's steps talk to through files, and that are forked where that can be."""

import os
import shutil
import sys
import tempfile
import uuid

from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_core.utils import run_sync

from labkit.grading.forks import ForkProvisioner

_LONGEST = 100  # bytes in the path of a channel; Linux allows 107, macOS 103


class _FileChannels:
    """What a kernel manager needs to give its kernel a folder with channels."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self._folder = _folder()
        if self._folder is not None:
            self.transport = "ipc"
            self.connection_file = f"{self._folder}/connection.json"
            self.ip = f"{self._folder}/channel"  # the channels are channel-1 to channel-5

    async def _async_cleanup_resources(self, restart=False):
        """Remove the channels, unless the kernel is about to start again."""
        await super()._async_cleanup_resources(restart=restart)
        if self._folder is not None and not restart:
            shutil.rmtree(self._folder, ignore_errors=True)


class BlockingFileKernelManager(_FileChannels, KernelManager):
    """The same as `FileKernelManager` for programs without an event loop; it forks nothing.

    Named in ``book/conftest.py``, for nbval.

    Examples
    --------
    >>> BlockingFileKernelManager().cleanup_resources()
    """

    cleanup_resources = run_sync(_FileChannels._async_cleanup_resources)


class FileKernelManager(_FileChannels, AsyncKernelManager):
    """Starts a kernel whose channels are files in a folder of its own, not network ports.

    Jupyter finds free ports, closes them and tells the kernel to open them again; when two
    graders start kernels at the same moment, one may take what the other has just found, and a
    student's notebook fails through nobody's fault. The kernel keeps its ports on Windows, which
    has no such files, and where the path of the temporary folder is too long for one.

    Where `imported` names modules, the kernel is forked from a process that has them in memory:
    a notebook with TensorFlow then costs some seconds less. Where that cannot be, it is started
    afresh as ever.

    Named in ``exercises/nbgrader_config.py``; called from nbclient, which starts one manager
    for each notebook and calls ``cleanup_resources`` at its end, whatever happened.

    Examples
    --------
    >>> import asyncio
    >>> manager = FileKernelManager()
    >>> asyncio.run(manager.cleanup_resources())
    """

    imported = ()
    cleanup_resources = _FileChannels._async_cleanup_resources

    async def _async_pre_start_kernel(self, **settings):
        """Let the kernel be forked from a process that has imported what it needs."""
        if self.imported and self.provisioner is None:
            self.kernel_id = self.kernel_id or str(uuid.uuid4())
            self.provisioner = ForkProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.modules = self.imported
        return await super()._async_pre_start_kernel(**settings)


def _folder():
    """Make a folder for the channels; None where channels cannot be files."""
    if sys.platform == "win32":
        return None
    folder = tempfile.mkdtemp(prefix="kernel-")
    if len(os.fsencode(f"{folder}/channel-5")) < _LONGEST:
        return folder
    os.rmdir(folder)
    return None
