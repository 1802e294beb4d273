"""The peer: rsync from and to its own daemon on loopback."""
import os
import re
import subprocess
import time
from pathlib import Path

from measuring import Measured, Server, free_port


class Rsync:
    """A daemon that serves directories by name and takes uploads to them, and its clients."""

    def __init__(self, work, modules):
        self.port = free_port()
        config = work / "rsyncd.conf"
        # Started by root it would serve as nobody, who may not write.
        user = "uid = 0\ngid = 0\n" if os.geteuid() == 0 else ""
        served = "".join(f"[{name}]\npath = {path}\nread only = no\nexclude = /.omnydrive\n" for name, path in modules.items())
        # Without a chroot, which only root may have, it changes links that are uploaded: munged ones dangle, the others cannot climb out of the module.
        config.write_text(f"use chroot = no\nmunge symlinks = no\naddress = 127.0.0.1\nport = {self.port}\n{user}{served}")
        self.daemon = Server(["rsync", "--daemon", "--no-detach", f"--config={config}"])
        while subprocess.run(["rsync", self.url("")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            if self.daemon.process.poll() is not None:
                raise SystemExit("the rsync daemon did not start")
            time.sleep(0.01)

    def url(self, module, port=None):
        return f"rsync://127.0.0.1:{port or self.port}/{module}"

    def run(self, *arguments, then=None):
        """(wall, CPU of both ends, bytes on the wire where --stats told them); `then` is a shell command that belongs to what is timed."""
        before = self.daemon.cpu()
        command = ["rsync", *map(str, arguments)]
        measured = Measured(["sh", "-c", f'"$@" && {then}', "sh", *command] if then else command)
        if measured.code:
            raise SystemExit(f"{command} ended with {measured.code}: {measured.err}")
        self.settle()
        wire = sum(int(amount.replace(",", "")) for amount in re.findall(r"^Total bytes (?:sent|received): ([\d,]+)", measured.out, re.MULTILINE))
        return measured.wall, measured.cpu + self.daemon.cpu() - before, wire

    def settle(self):
        """The daemon serves each connection in a child, whose time it takes over when the child has ended."""
        children = Path(f"/proc/{self.daemon.process.pid}/task/{self.daemon.process.pid}/children")
        while children.read_text():
            time.sleep(0.01)

    def stop(self):
        self.daemon.stop()
