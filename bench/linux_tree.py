#!/usr/bin/env python3
"""The whole path on a tree that nobody here made, beside rsync: bench/linux_tree.py [--runs N] [--work DIR] [--binary FILE]

Publishes the Linux source tree of Debian's linux-source package, clones it, compares the two trees without any code of OmnyDrive, edits, pushes,
pulls, is refused; then times clone and no-op sync against `rsync -a` from an rsync daemon on loopback, in turns. Prints ratios of medians,
CPU seconds of both ends, and peak memory. Needs python3, rsync, xz-utils and Debian's linux-source-6.1 (about 3.5 GB of memory for tmpfs).
"""
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from measuring import Measured, OmnyDrive, Pairs, Server, free_port, options, unpack_linux, workplace


def describe(root):
    """Every path with what it is, read without any code of OmnyDrive."""
    tree = {}
    for folder, names, files in os.walk(root):
        if ".omnydrive" in names:
            names.remove(".omnydrive")
        for name in names + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            relative = os.path.relpath(path, root)
            if os.path.islink(path):
                tree[relative] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                tree[relative] = ("directory",)
            else:
                with open(path, "rb") as file:
                    tree[relative] = ("file", status.st_mode & 0o777, status.st_mtime_ns, hash(file.read()))
    return tree


def require_equal(one, other, what):
    a, b = describe(one), describe(other)
    wrong = [path for path in a.keys() | b.keys() if a.get(path) != b.get(path)]
    if wrong:
        raise SystemExit(f"{what}: {len(wrong)} paths differ, such as {wrong[:3]}: {a.get(wrong[0])} and {b.get(wrong[0])}")
    files = sum(1 for entry in a.values() if entry[0] == "file")
    print(f"  {what}: {len(a):,} paths equal, {files:,} of them files (names, bytes, modes, links, file mtimes)")


def edit(root, seed, modify, delete, add):
    """Edits as a person would see them; returns how many paths changed."""
    pick = random.Random(seed)
    files = sorted(path for path in describe_names(root))
    chosen = pick.sample(files, modify + delete)
    for path in chosen[:modify]:
        with open(path, "ab") as file:
            file.write(b"\n/* edited %d */\n" % seed)
    for path in chosen[modify:]:
        os.remove(path)
    for number in range(add):
        folder = Path(root, f"added-{seed}", str(number % 7))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"added {seed} {number}\n")


def describe_names(root):
    for folder, names, files in os.walk(root):
        if ".omnydrive" in names:
            names.remove(".omnydrive")
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                yield path


class Bench(OmnyDrive):
    def json(self, state, *arguments, code=0):
        return json.loads(self.run(state, *arguments, code=code).out)

    def start(self):
        self.source = source = self.work / "source"
        unpack_linux(source)
        self.start_hub()
        published = self.run("alpha", "publish", str(source), "--name", "linux")
        print(f"publish, which hashes everything: {published.cpu:.2f} s CPU, {published.memory:.0f} MB")
        self.start_content()
        rsync_port = free_port()
        config = self.work / "rsyncd.conf"
        config.write_text(f"use chroot = no\naddress = 127.0.0.1\nport = {rsync_port}\n[source]\npath = {source}\nexclude = /.omnydrive\n")
        self.rsync = Server(["rsync", "--daemon", "--no-detach", f"--config={config}"])
        self.rsync_url = f"rsync://127.0.0.1:{rsync_port}/source/"
        while subprocess.run(["rsync", self.rsync_url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            pass

    def check(self):
        """The acceptance list: each line stops the run where it does not hold."""
        mount = self.work / "mount"
        print("checking")
        self.json("beta", "clone", "alpha/linux", str(mount))
        require_equal(self.source, mount, "clone")
        for where, status in ((mount, "pushed"), (self.source, "pulled")):
            edit(where, len(status) + ord(status[3]), modify=1000, delete=100, add=100)
            result = self.json("beta", "sync", str(mount))
            files = result["metrics"]["filesChanged"]
            if result["status"] != status or files != 1200:
                raise SystemExit(f"sync says {result['status']} with {files} files, not {status} with 1200")
            require_equal(self.source, mount, f"{status} 1,000 edits, 100 deletions, 100 additions")
        (mount / "README").write_text("mine")
        (self.source / "README").write_text("theirs")
        before = describe(mount), describe(self.source)
        refused = self.json("beta", "sync", str(mount), code=6)
        if (describe(mount), describe(self.source)) != before or refused["conflicts"][0]["path"] != "README":
            raise SystemExit("the refused sync touched something or names the wrong path")
        print("  both sides edited README: exit code 6, the path named, nothing touched")
        shutil.copy2(self.source / "README", mount / "README")
        self.json("beta", "sync", str(mount))

    def time(self, runs):
        rows = [Pairs("clone"), Pairs("no-op sync")]
        for number in range(runs + 1):
            ours, theirs = self.work / f"ours-{number}", self.work / f"theirs-{number}"
            # The first of each only warms up.
            for row, command in zip(rows, (["clone", "alpha/linux", str(ours)], ["sync", str(ours)])):
                pair = self.pair(command, theirs)
                if number > 0:
                    row.add(*pair)
            shutil.rmtree(ours)
            shutil.rmtree(theirs)
        print(f"\nratios of medians over {runs} runs in turns, omnydrive / rsync; CPU is both ends together")
        for row in rows:
            row.show(10)

    def pair(self, command, theirs):
        server = self.content.cpu()
        mine = self.run("beta", *command)
        server = self.content.cpu() - server
        peer_server = self.rsync.cpu()
        peer = Measured(["rsync", "-a", self.rsync_url, f"{theirs}/"])
        # The daemon serves each connection in a child, whose time it takes over when the child has ended.
        time.sleep(0.2)
        return (mine.wall, mine.cpu + server), (peer.wall, peer.cpu + self.rsync.cpu() - peer_server)

    def stop(self):
        super().stop()
        if hasattr(self, "rsync"):
            self.rsync.stop()


def main():
    chosen = options(__doc__, runs=5).parse_args()
    with workplace(chosen) as (work, binary):
        bench = Bench(work, binary)
        try:
            bench.start()
            bench.check()
            bench.time(chosen.runs)
            bench.peaks["content server"] = bench.content.peak()
            bench.peaks["hub"] = bench.hub.peak()
            print("\npeak memory")
            for name, peak in sorted(bench.peaks.items()):
                print(f"  {name:24} {peak:4.0f} MB")
            if max(bench.peaks.values()) > 300:
                raise SystemExit("a process took more than 300 MB")
        finally:
            bench.stop()


if __name__ == "__main__":
    sys.exit(main())
