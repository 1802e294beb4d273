#!/usr/bin/env python3
"""Looking at a tree, beside those who only look: bench/scan_tree.py [--runs N] [--work DIR] [--binary FILE] [--million]

`omnydrive hash DIR` is a scan as a whole process. On the Linux source tree of Debian's linux-source package it is timed in turns with `git status` and
`find -printf` where its index is warm, and with `sha256sum` in two processes where it has none. With --million it scans, publishes, clones and syncs
1,000,000 small files in 50,000 directories, and tells what memory each process took. Prints ratios of medians, CPU seconds, and peak memory; fails where a
wanted bound is missed. Needs python3, git, xz-utils and Debian's linux-source-6.1, about 4 GB of memory for tmpfs, with --million 11 GB and 2,200,000 inodes.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from measuring import Findings, Measured, OmnyDrive, Pairs, options, workplace
from trees import unpack_linux

GIT = ["git", "-c", "core.untrackedCache=false", "-c", "core.fsmonitor=false", "--no-pager"]
DIRECTORIES, FILES_EACH, TOPS = 50_000, 20, 50
MOST_MEMORY, MOST_CLONE, MOST_INDEX = 300, 350, 120


class Bench(OmnyDrive):
    def __init__(self, work, binary):
        super().__init__(work, binary)
        self.tree = work / "tree"
        self.findings = Findings()
        self.require = self.findings.require

    def hash(self, state, tree):
        """Scans a tree; the ref must be the one that it had before."""
        measured = self.run(state, "hash", str(tree))
        if (ref := json.loads(measured.out)["hash"]) != self.refs.setdefault(tree, ref):
            raise SystemExit(f"{tree} has the ref {ref}, and nobody changed it since it had {self.refs[tree]}")
        return measured

    def first(self):
        """A scan that knows nothing."""
        shutil.rmtree(self.work / "fresh", ignore_errors=True)
        return self.hash("fresh", self.tree)

    def warm(self):
        return self.hash("warm", self.tree)

    def in_turns(self, runs, row, mine, peer):
        # The first pair only warms up.
        for number in range(runs + 1):
            pair = mine(), peer()
            if number > 0:
                row.add(*((m.wall, m.cpu) for m in pair))
        self.rows.append(row)

    def show(self, runs):
        print(f"\nratios of medians over {runs} runs in turns, omnydrive / peer")
        self.findings.show(self.rows)

    def linux(self, runs):
        self.refs, self.peaks, self.rows = {}, {}, []
        unpack_linux(self.tree)
        status = self.repository()
        find = lambda: peer(["find", str(self.tree), "-printf", "%s %T@\\n"])
        sums = lambda: peer(["sh", "-c", f"find '{self.tree}' -type f -print0 | xargs -0 -n 64 -P 2 sha256sum"])
        self.in_turns(runs, Pairs("first scan / sha256sum on 2 cores", 0.5), self.first, sums)
        self.in_turns(runs, Pairs("warm scan / git status", 1.0), self.warm, status)
        self.in_turns(runs, Pairs("warm scan / find -printf", 0.4), self.warm, find)
        self.show(runs)
        print(f"  all scans, with and without an index, printed {self.refs[self.tree]}")
        self.require("peak memory of a scan", self.peaks["omnydrive hash"], MOST_MEMORY)
        shutil.rmtree(self.tree)
        shutil.rmtree(self.work / "repository")

    def repository(self):
        """Everything committed, to a repository that lies elsewhere, so that all look at the same tree; returns what asks for its status."""
        git = [*GIT, f"--git-dir={self.work / 'repository'}", f"--work-tree={self.tree}"]
        for command in (["init", "-q"], ["-c", "core.compression=0", "add", "-A", "-f"], ["-c", "user.name=b", "-c", "user.email=b@b", "-c", "gc.auto=0", "commit", "-q", "-m", "tree"]):
            subprocess.run([*git, *command], check=True)

        def status():
            measured = Measured([*git, "status", "--porcelain"])
            if measured.code or measured.out:
                raise SystemExit(f"git status ended with {measured.code} and has changes: {measured.out[:200]}{measured.err}")
            return measured
        return status

    def million(self, runs):
        self.refs, self.peaks, self.rows = {}, {}, []
        print(f"\nmaking {DIRECTORIES * FILES_EACH:,} files in {DIRECTORIES:,} directories")
        make_million(self.tree)
        first = self.first()
        self.tell("first scan", first)
        self.require("peak memory of the first scan", first.memory, MOST_MEMORY)
        self.require("index", max(file.stat().st_size for file in (self.work / "fresh" / "cache").iterdir()) / 2**20, MOST_INDEX)
        # The first of these has no index.
        self.warm()
        self.tell("warm scan", self.warm())
        self.peaks = {}
        self.in_turns(runs, Pairs("warm scan / find -printf", 0.4), self.warm, lambda: peer(["find", str(self.tree), "-printf", "%s %T@\\n"]))
        self.show(runs)
        self.require("peak memory of a warm scan", self.peaks["omnydrive hash"], MOST_MEMORY)
        for state in ("fresh", "warm"):
            shutil.rmtree(self.work / state)
        self.sync_million()

    def sync_million(self):
        mount = self.work / "mount"
        self.start_hub()
        published = self.run("alpha", "publish", str(self.tree), "--name", "million")
        self.tell("publish", published)
        self.require("peak memory of publish", published.memory, MOST_MEMORY)
        self.start_content()
        cloned = self.run("beta", "clone", "alpha/million", str(mount))
        self.tell("clone", cloned, self.content.cpu())
        self.require("peak memory of clone", cloned.memory, MOST_CLONE)
        self.require("peak memory of the content server, clone", self.content.peak(), MOST_MEMORY)
        if len({json.loads(self.run("look", "hash", str(tree)).out)["hash"] for tree in (self.tree, mount)}) != 1:
            raise SystemExit("the clone has another ref than its source")
        edited = Path("top-07", "directory-00042", f"file-{(7 * DIRECTORIES // TOPS + 42) * FILES_EACH:06}.txt")
        with open(mount / edited, "r+") as file:
            file.seek(0, os.SEEK_END)
            file.write("edited\n")
        for what, status in (("sync of one edited file", "pushed"), ("sync, nothing changed", "clean")):
            # So that what the server took before does not count.
            self.content.stop()
            self.start_content()
            server = self.content.cpu()
            synced = self.run("beta", "sync", str(mount))
            if (result := json.loads(synced.out))["status"] != status:
                raise SystemExit(f"{what}: {result['status']}, not {status}")
            self.tell(what, synced, self.content.cpu() - server)
            self.require(f"peak memory of {what}", synced.memory, MOST_MEMORY)
            self.require("peak memory of the content server", self.content.peak(), MOST_MEMORY)
        if (self.tree / edited).read_bytes() != (mount / edited).read_bytes():
            raise SystemExit("the edit did not arrive")

    def tell(self, what, measured, server=0.0):
        print(f"{what}: {measured.wall:.2f} s, CPU {measured.cpu:.2f} s" + (f" and {server:.2f} s at the content server" if server else ""))


def peer(command):
    measured = Measured(command, discard=True)
    if measured.code:
        raise SystemExit(f"{command} ended with {measured.code}: {measured.err}")
    return measured


def make_million(root):
    """The first directories hold the others; each holds as many files, no two alike."""
    per_top = DIRECTORIES // TOPS
    file = 0
    for number in range(DIRECTORIES):
        top = root / f"top-{number // per_top:02}"
        folder = top if number % per_top == 0 else top / f"directory-{number % per_top:05}"
        folder.mkdir(parents=True)
        descriptor = os.open(folder, os.O_RDONLY)
        for _ in range(FILES_EACH):
            written = os.open(f"file-{file:06}.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=descriptor)
            os.write(written, b"%d\n" % file)
            os.close(written)
            file += 1
        os.close(descriptor)


def main():
    parser = options(__doc__, runs=7)
    parser.add_argument("--million", action="store_true", help="with the tree of a million files")
    chosen = parser.parse_args()
    with workplace(chosen) as (work, binary):
        bench = Bench(work, binary)
        try:
            bench.linux(chosen.runs)
            if chosen.million:
                bench.million(chosen.runs)
        finally:
            bench.stop()
    return bench.findings.end()


if __name__ == "__main__":
    sys.exit(main())
