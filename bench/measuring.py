"""What the benchmarks share: processes that are timed or served, pairs that run in turns, and where it all happens."""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


class Measured:
    """One finished process: wall and CPU seconds (with those of children it waited for), peak memory in MB, what it printed."""

    def __init__(self, command, discard=False):
        # Where a peer's output is to go nowhere, it does not go through here.
        reader, writer = os.pipe()
        with open(reader) as told:
            runner = [sys.executable, "-I", "-S", Path(__file__).with_name("run_once.py"), str(writer), *command]
            process = subprocess.Popen(runner, stdout=subprocess.DEVNULL if discard else subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[writer])
            os.close(writer)
            self.out, self.err = process.communicate()
            line = told.read()
        if not line:
            raise SystemExit(f"{command} could not be run: {self.err}")
        self.wall, self.cpu, memory, self.code = json.loads(line)
        self.memory = memory / 1024


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


class Pairs:
    """Runs of ours and of a peer in turns: (wall, CPU) each, and the bytes on the wire where they count."""

    def __init__(self, name, bound=None, wire_bound=None):
        self.name, self.bound, self.wire_bound = name, bound, wire_bound
        self.mine, self.peer = [], []

    def add(self, mine, peer):
        self.mine.append(mine)
        self.peer.append(peer)

    def medians(self, index):
        return [statistics.median(run[index] for run in side) for side in (self.mine, self.peer)]

    @property
    def wall(self):
        mine, peer = self.medians(0)
        return mine / peer

    def show(self, width):
        """Prints the ratios of medians; returns what was missed, if anything."""
        cpu = self.medians(1)
        each = " ".join(f"{m[0] / p[0]:.2f}" for m, p in zip(self.mine, self.peer))
        print(f"  {self.name:{width}}  wall {self.wall:.2f}x{wanted(self.bound)} (each pair: {each})  CPU {cpu[0]:.2f} s / {cpu[1]:.2f} s = {cpu[0] / cpu[1]:.2f}x")
        missed = [f"{self.name}: {self.wall:.2f}x, not {self.bound:.2f}x"] if self.bound and self.wall > self.bound else []
        if self.wire_bound:
            mine, peer = self.medians(2)
            print(f"  {'':{width}}  wire {mine / peer:.2f}x{wanted(self.wire_bound)} ({mine / 1e3:,.0f} kB / {peer / 1e3:,.0f} kB)")
            missed += [f"{self.name}: wire {mine / peer:.2f}x, not {self.wire_bound:.2f}x"] if mine / peer > self.wire_bound else []
        return missed


class Findings:
    """What was wanted and is not so."""

    def __init__(self):
        self.missed = []

    def require(self, what, amount, most, unit="MB"):
        print(f"  {what:44} {amount:6.{0 if amount >= 10 else 2}f} {unit}" + (f", wanted <= {most} {unit}" if most else ""), flush=True)
        if most and amount > most:
            self.missed.append(f"{what}: {amount:.{0 if amount >= 10 else 2}f} {unit}, not {most} {unit}")

    def show(self, rows):
        for row in rows:
            self.missed += row.show(max(len(row.name) for row in rows))

    def end(self):
        """The exit code, and why."""
        if self.missed:
            print("\nmissed")
            for line in self.missed:
                print(f"  {line}")
        return 1 if self.missed else 0


def wanted(bound):
    return f", wanted <= {bound:.2f}" if bound else ""


class OmnyDrive:
    """The binary, with a state directory by name for each endpoint, and the peak memory of each command."""

    def __init__(self, work, binary):
        self.work, self.binary = work, binary
        self.peaks = {}

    def try_run(self, state, *arguments):
        """Whatever it ends with."""
        measured = Measured([self.binary, "--state", str(self.work / state), "--json", *map(str, arguments)])
        name = f"omnydrive {arguments[0]}"
        self.peaks[name] = max(self.peaks.get(name, 0), measured.memory)
        return measured

    def run(self, state, *arguments, code=0):
        measured = self.try_run(state, *arguments)
        if measured.code != code:
            raise SystemExit(f"omnydrive {' '.join(map(str, arguments))} ended with {measured.code}, not {code}: {measured.out}{measured.err}")
        return measured

    def json(self, state, *arguments, code=0):
        return json.loads(self.run(state, *arguments, code=code).out)

    def start_hub(self, link=None):
        """A hub, and two endpoints that are logged in at it: alpha, whose content server is yet to be started, and beta, who reaches both over the link, if any."""
        port, self.content_port = free_port(), free_port()
        over = link.to if link else lambda port: port
        self.hub = Server([self.binary, "--state", str(self.work / "hub"), "serve", "--port", str(port)], "ready")
        for name, hub, own in (("alpha", port, over(self.content_port)), ("beta", over(port), free_port())):
            self.run(name, "login", "--hub", f"http://localhost:{hub}", "--id", name, "--serve-url", f"http://localhost:{own}")

    def start_content(self):
        self.content = Server([self.binary, "--state", str(self.work / "alpha"), "serve-content", "--port", str(self.content_port)], "ready")

    def all_peaks(self):
        """MB by command and server."""
        return sorted((self.peaks | {"content server": self.content.peak(), "hub": self.hub.peak()}).items())

    def stop(self):
        for name in ("content", "hub"):
            if hasattr(self, name):
                getattr(self, name).stop()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def options(doc, runs):
    """What every benchmark can be told; it may add to it."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--work", default="/dev/shm" if os.path.isdir("/dev/shm") else None, help="where to work; tmpfs by default")
    parser.add_argument("--binary", help="the native binary; built where not given")
    return parser


@contextmanager
def workplace(chosen):
    """A directory to work in, gone afterwards, and the native binary."""
    work = Path(tempfile.mkdtemp(prefix="omnydrive-bench-", dir=chosen.work))
    try:
        binary = chosen.binary
        if not binary:
            subprocess.run([ROOT / "eng" / "publish-native.sh", work], check=True)
            binary = work / "omnydrive"
        yield work, str(binary)
    finally:
        shutil.rmtree(work)
