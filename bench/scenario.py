"""What every scenario of bench/transfer.py starts with and reports."""
import json
import shutil
import tempfile
from pathlib import Path

from measuring import Findings, OmnyDrive
from rsync import Rsync
from trees import make_random, unpack_linux


class Place:
    """Where a run of the bench happens, what it was told, and what it found."""

    def __init__(self, work, binary, chosen):
        self.work, self.binary, self.chosen, self.runs = work, binary, chosen, chosen.runs
        self.findings = Findings()
        self._disks = []

    def linux(self):
        """The Linux source tree, unpacked once and not to be touched."""
        kept = self.work / "linux"
        if not kept.exists():
            unpack_linux(kept)
        return kept

    def on_disk(self):
        """A fresh directory on the disk. All of them go at the end: creating files soon after a large deletion is slow for everybody."""
        self._disks.append(Path(tempfile.mkdtemp(prefix="omnydrive-bench-", dir=self.chosen.disk)))
        return self._disks[-1]

    def clear(self):
        for disk in self._disks:
            shutil.rmtree(disk)


class Scenario(OmnyDrive):
    """A hub, a published drive alpha/data and an rsync daemon of its own, all gone at its end."""

    def __init__(self, place, name, work=None):
        super().__init__((work or place.work) / name, place.binary)
        self.work.mkdir()
        self.place, self.name, self.findings = place, name, place.findings
        self.source, self.mount, self.peer = (self.work / end for end in ("source", "mount", "peer"))
        self.require = lambda what, *amount: self.findings.require(f"{name}: {what}", *amount)

    def publish_linux(self):
        shutil.copytree(self.place.linux(), self.source, symlinks=True)
        self.publish()

    def publish_random(self, size, link=None):
        self.source.mkdir()
        make_random(self.source / "file", size)
        self.publish(link)

    def publish(self, link=None):
        """Serves the source to endpoint beta, and to rsync as `source`; `peer` is where rsync uploads to."""
        self.start_hub(link)
        self.run("alpha", "publish", self.source, "--name", "data")
        self.start_content()
        self.rsync = Rsync(self.work, {"source": self.source, "peer": self.peer})

    def clone(self):
        """The mount that pushes are made from, and the same tree where rsync uploads to."""
        self.run("beta", "clone", "alpha/data", self.mount)
        self.rsync.run("-a", self.rsync.url("source/"), f"{self.peer}/")

    def ours(self, *arguments, status=None):
        """(wall, CPU of both ends, bytes on the wire) of a command that must succeed."""
        before = self.content.cpu()
        measured = self.run("beta", *arguments)
        result = json.loads(measured.out)
        if result.get("status") != status:
            raise SystemExit(f"omnydrive {arguments[0]} says {result['status']}, not {status}")
        return measured.wall, measured.cpu + self.content.cpu() - before, result.get("metrics", {}).get("bytesOnWire", 0)

    def push(self):
        return self.ours("sync", self.mount, status="pushed")

    def drop_displaced(self):
        """What retention would expire: an origin keeps what each push displaced, and large files would fill the tmpfs."""
        for kept in (self.source / ".omnydrive" / "trash").glob("*"):
            kept.unlink() if kept.is_file() else shutil.rmtree(kept)

    def upload(self, *options):
        return self.rsync.run("-a", *options, "--exclude=/.omnydrive", f"{self.mount}/", self.rsync.url("peer/"))

    def in_turns(self, row, mine, theirs, prepare=lambda number: None, check=lambda number: None):
        """Pairs A B A B, each after the same preparation, the first of which only warms up; each is checked."""
        for number in range(self.place.runs + 1):
            prepare(number)
            pair = mine(number), theirs(number)
            check(number)
            if number > 0:
                row.add(*pair)
        return row

    def require_memory(self, most=None):
        for name, peak in self.all_peaks():
            self.require(f"peak memory of {name}", peak, most)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        if hasattr(self, "rsync"):
            self.rsync.stop()
        shutil.rmtree(self.work)
