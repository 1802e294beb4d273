#!/usr/bin/env python3
"""The whole path on a tree that nobody here made, beside rsync: bench/linux_tree.py [--runs N] [--work DIR] [--binary FILE]

Publishes the Linux source tree of Debian's linux-source package, clones it, compares the two trees without any code of OmnyDrive, edits, pushes,
pulls, is refused; then times clone and no-op sync against `rsync -a` from an rsync daemon on loopback, in turns. Prints ratios of medians,
CPU seconds of both ends, and peak memory. Needs python3, rsync, xz-utils and Debian's linux-source-6.1 (about 3.5 GB of memory for tmpfs).
"""
import argparse
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARBALL = Path("/usr/src/linux-source-6.1.tar.xz")
TICKS = os.sysconf("SC_CLK_TCK")


class Measured:
    """One finished process: wall and CPU seconds, peak memory in MB, what it printed."""

    def __init__(self, command):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.out, self.err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        self.code = process.returncode


class Server:
    """A long-running process, ended by its id."""

    def __init__(self, command, ready=None):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if ready:
            line = self.process.stdout.readline()
            if ready not in line:
                raise SystemExit(f"{command} did not start: {line}")

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / TICKS

    def peak(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


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


class Bench:
    def __init__(self, work, binary):
        self.work, self.binary = work, binary
        self.peaks = {}

    def run(self, state, *arguments, code=0):
        measured = Measured([self.binary, "--state", str(self.work / state), "--json", *arguments])
        if measured.code != code:
            raise SystemExit(f"omnydrive {' '.join(arguments)} ended with {measured.code}, not {code}: {measured.out}{measured.err}")
        name = f"omnydrive {arguments[0]}"
        self.peaks[name] = max(self.peaks.get(name, 0), measured.memory)
        return measured

    def json(self, state, *arguments, code=0):
        return json.loads(self.run(state, *arguments, code=code).out)

    def start(self):
        source = self.work / "source"
        print(f"unpacking {TARBALL.name}")
        source.mkdir()
        subprocess.run(["tar", "-xf", TARBALL, "-C", source, "--strip-components=1"], check=True)
        hub_port, content_port, rsync_port = free_port(), free_port(), free_port()
        self.hub = Server([self.binary, "--state", str(self.work / "hub"), "serve", "--port", str(hub_port)], "ready")
        for name, port in (("alpha", content_port), ("beta", free_port())):
            self.run(name, "login", "--hub", f"http://localhost:{hub_port}", "--id", name, "--serve-url", f"http://localhost:{port}")
        published = self.run("alpha", "publish", str(source), "--name", "linux")
        print(f"publish, which hashes everything: {published.cpu:.2f} s CPU, {published.memory:.0f} MB")
        self.content = Server([self.binary, "--state", str(self.work / "alpha"), "serve-content", "--port", str(content_port)], "ready")
        config = self.work / "rsyncd.conf"
        config.write_text(f"use chroot = no\naddress = 127.0.0.1\nport = {rsync_port}\n[source]\npath = {source}\nexclude = /.omnydrive\n")
        self.rsync = Server(["rsync", "--daemon", "--no-detach", f"--config={config}"])
        self.rsync_url = f"rsync://127.0.0.1:{rsync_port}/source/"
        while subprocess.run(["rsync", self.rsync_url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            pass
        self.source = source

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
        rows = {"clone": ([], []), "no-op sync": ([], [])}
        for number in range(runs + 1):
            ours, theirs = self.work / f"ours-{number}", self.work / f"theirs-{number}"
            pairs = {
                "clone": self.pair(["clone", "alpha/linux", str(ours)], theirs),
                "no-op sync": self.pair(["sync", str(ours)], theirs),
            }
            for name, (mine, peer) in pairs.items():
                if number > 0:
                    rows[name][0].append(mine)
                    rows[name][1].append(peer)
            shutil.rmtree(ours)
            shutil.rmtree(theirs)
        print(f"\nratios of medians over {runs} runs in turns, omnydrive / rsync; CPU is both ends together")
        for name, (mine, peer) in rows.items():
            wall = statistics.median(m[0] for m in mine) / statistics.median(p[0] for p in peer)
            cpu = [statistics.median(x[1] for x in side) for side in (mine, peer)]
            each = " ".join(f"{m[0] / p[0]:.2f}" for m, p in zip(mine, peer))
            print(f"  {name:10}  wall {wall:.2f}x (each pair: {each})  CPU {cpu[0]:.2f} s / {cpu[1]:.2f} s = {cpu[0] / cpu[1]:.2f}x")

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
        for name in ("content", "hub", "rsync"):
            if hasattr(self, name):
                getattr(self, name).stop()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--work", default="/dev/shm" if os.path.isdir("/dev/shm") else None, help="where to work; tmpfs by default")
    options.add_argument("--binary", help="the native binary; built where not given")
    chosen = options.parse_args()
    if not TARBALL.exists():
        raise SystemExit("The Linux source tree is missing: apt-get install --no-install-recommends linux-source-6.1 rsync")
    work = Path(tempfile.mkdtemp(prefix="omnydrive-bench-", dir=chosen.work))
    binary = chosen.binary
    if not binary:
        subprocess.run([ROOT / "eng" / "publish-native.sh", work], check=True)
        binary = work / "omnydrive"
    bench = Bench(work, str(binary))
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
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
