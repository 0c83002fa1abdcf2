"""Kernels that are copies of one process, which has imported TensorFlow for all of them."""

import multiprocessing
import os
import signal
import sys
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner


class ForkedKernelManager(AsyncKernelManager):
    """Starts a kernel by forking a server that has imported `gan_tf.book.preloaded`.

    The server is started with the first kernel and ends with this process.
    """

    async def _async_pre_start_kernel(self, **kwargs):
        self.shutdown_wait_time = 60  # Seconds; one that is killed sooner leaves semaphores.
        self.provisioner = self.provisioner or _Provisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        return await super()._async_pre_start_kernel(**kwargs)


# On macOS libraries of the system may fail in a copied process; Windows copies none.
FASTEST = ForkedKernelManager if sys.platform == "linux" else AsyncKernelManager


class _Provisioner(LocalProvisioner):
    async def launch_kernel(self, cmd, **kwargs):
        self.process = _Kernel(self.parent.connection_file, kwargs["env"], kwargs["cwd"])
        self.pid = self.process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


class _Kernel:
    """A forked process with the part of `subprocess.Popen` that a provisioner needs."""

    stdin = stdout = stderr = None

    def __init__(self, *arguments: Any):
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload(["gan_tf.book.preloaded"])
        self._process = forks.Process(target=_be_kernel, args=arguments)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _be_kernel(connection_file, environment, folder):
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # What interrupts this process is not meant for the kernel.
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # With a parent that it knows it ends when that one does.
    arguments = ["-f", connection_file, "--log-level=ERROR"]
    IPKernelApp.launch_instance(arguments, parent_handle=os.getppid())
