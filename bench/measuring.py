"""What the benchmarks share: processes that are timed or served, pairs that run in turns, and where it all happens."""
import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARBALL = Path("/usr/src/linux-source-6.1.tar.xz")
TICKS = os.sysconf("SC_CLK_TCK")


class Measured:
    """One finished process: wall and CPU seconds (with those of children it waited for), peak memory in MB, what it printed."""

    def __init__(self, command, discard=False):
        # Where a peer's output is to go nowhere, it does not go through here.
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL if discard else subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.out, self.err = "" if discard else process.stdout.read(), process.stderr.read()
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


class Pairs:
    """Runs of ours and of a peer in turns: (wall, CPU) each."""

    def __init__(self, name, bound=None):
        self.name, self.bound = name, bound
        self.mine, self.peer = [], []

    def add(self, mine, peer):
        self.mine.append(mine)
        self.peer.append(peer)

    @property
    def wall(self):
        return statistics.median(m[0] for m in self.mine) / statistics.median(p[0] for p in self.peer)

    def show(self, width):
        """Prints the ratios of medians; returns what was missed, if anything."""
        cpu = [statistics.median(x[1] for x in side) for side in (self.mine, self.peer)]
        each = " ".join(f"{m[0] / p[0]:.2f}" for m, p in zip(self.mine, self.peer))
        wanted = f", wanted <= {self.bound:.2f}" if self.bound else ""
        print(f"  {self.name:{width}}  wall {self.wall:.2f}x{wanted} (each pair: {each})  CPU {cpu[0]:.2f} s / {cpu[1]:.2f} s = {cpu[0] / cpu[1]:.2f}x")
        return [f"{self.name}: {self.wall:.2f}x, not {self.bound:.2f}x"] if self.bound and self.wall > self.bound else []


class OmnyDrive:
    """The binary, with a state directory by name for each endpoint, and the peak memory of each command."""

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

    def start_hub(self):
        """A hub, and two endpoints that are logged in at it: alpha, whose content server is yet to be started, and beta."""
        port, self.content_port = free_port(), free_port()
        self.hub = Server([self.binary, "--state", str(self.work / "hub"), "serve", "--port", str(port)], "ready")
        for name, own in (("alpha", self.content_port), ("beta", free_port())):
            self.run(name, "login", "--hub", f"http://localhost:{port}", "--id", name, "--serve-url", f"http://localhost:{own}")

    def start_content(self):
        self.content = Server([self.binary, "--state", str(self.work / "alpha"), "serve-content", "--port", str(self.content_port)], "ready")

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


def unpack_linux(into):
    """The Linux source tree."""
    if not TARBALL.exists():
        raise SystemExit("The Linux source tree is missing: apt-get install --no-install-recommends linux-source-6.1")
    print(f"unpacking {TARBALL.name}")
    into.mkdir()
    subprocess.run(["tar", "-xf", TARBALL, "-C", into, "--strip-components=1"], check=True)
