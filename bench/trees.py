"""Trees as the benchmarks make, edit and compare them, without any code of OmnyDrive."""
import os
import random
import subprocess
from pathlib import Path

TARBALL = Path("/usr/src/linux-source-6.1.tar.xz")


def unpack_linux(into):
    """The Linux source tree."""
    if not TARBALL.exists():
        raise SystemExit("The Linux source tree is missing: apt-get install --no-install-recommends linux-source-6.1")
    print(f"unpacking {TARBALL.name}", flush=True)
    into.mkdir()
    subprocess.run(["tar", "-xf", TARBALL, "-C", into, "--strip-components=1"], check=True)


def make_random(path, size):
    """A file that nothing can make smaller."""
    with open(path, "xb") as file:
        subprocess.run(["head", "-c", str(size), "/dev/urandom"], stdout=file, check=True)


def walk(root):
    """What os.walk gives, without what OmnyDrive keeps in a root."""
    for folder, names, files in os.walk(root):
        if ".omnydrive" in names:
            names.remove(".omnydrive")
        yield folder, names, files


def describe(root):
    """Every path with what it is."""
    tree = {}
    for folder, names, files in walk(root):
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


def require_equal(one, other, what, links=True):
    """With links=False it does not matter where they lead."""
    a, b = ({path: entry if links or entry[0] != "link" else "link" for path, entry in describe(root).items()} for root in (one, other))
    wrong = [path for path in a.keys() | b.keys() if a.get(path) != b.get(path)]
    if wrong:
        raise SystemExit(f"{what}: {len(wrong)} paths differ, such as {wrong[:3]}: {a.get(wrong[0])} and {b.get(wrong[0])}")
    files = sum(1 for entry in a.values() if entry[0] == "file")
    print(f"  {what}: {len(a):,} paths equal, {files:,} of them files (names, bytes, modes,{' links,' if links else ''} file mtimes)", flush=True)


def require_same_bytes(one, other):
    if subprocess.run(["cmp", one, other]).returncode:
        raise SystemExit(f"{one} and {other} differ")


def regular_files(root):
    """The paths of the files, links not among them."""
    for folder, _, files in walk(root):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                yield path


def edit(root, seed, modify, delete=0, add=0):
    """Edits as a person would see them."""
    pick = random.Random(seed)
    chosen = pick.sample(sorted(regular_files(root)), modify + delete)
    for path in chosen[:modify]:
        with open(path, "ab") as file:
            file.write(b"\n/* edited %d */\n" % seed)
    for path in chosen[modify:]:
        os.remove(path)
    for number in range(add):
        folder = Path(root, f"added-{seed}", str(number % 7))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"added {seed} {number}\n")
