"""The process in which a submission runs: it has the notebook's cells and the package, and no check and no answer.

The judge (`tools.course.judge`) starts this file from a copy of it in a folder of its own, sends it one cell after
the other, and asks for values. First of all the process gives up what it can:

- on Linux (Landlock) every file but Python's, the system's and those of its folder, TCP, and signals to others;
- on Linux (seccomp) what Landlock leaves: sockets, modes, owners and times of files, and memory shared by name;
- as root its user, for `nobody`;
- memory, processor time, the size of files, and the number of processes.
"""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path


def restrict(work, seconds, memory, processes):
    """Give up rights and resources; whether others' files and processes are closed to what runs from now on."""
    limits = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 50_000_000, "RLIMIT_CORE": 0}
    for name, most in {**limits, "RLIMIT_NPROC": processes}.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # macOS does not know all of them
            resource.setrlimit(getattr(resource, name), (most, most))
    closed = lock_files(work)
    if os.geteuid() == 0:
        become_nobody(closed)
    return closed


# Landlock has no right for these: any file's mode, owner, times and attributes; sockets; what is shared by name;
# io_uring, which would do it all unseen. By the kernel's name of a machine, with what socketpair and seccomp are there.
REFUSED = {
    "x86_64": (0xC000003E, 53, 317, {29, 30, 41, 64, 68, *range(90, 95), 132, 235, 240, 260, 261, 268, 280}),
    "aarch64": (0xC00000B7, 199, 277, {52, 53, 54, 55, 88, 180, 186, 190, 194, 196, 198, *range(5, 8), *range(14, 17)}),
}
REFUSED["x86_64"][3].update({188, 189, 190, 197, 198, 199})


def lock_calls():
    """Let these calls of the kernel fail with EPERM, by Linux's seccomp; whether they do."""
    if sys.platform != "linux" or os.uname().machine not in REFUSED:
        return False
    machine, pair, seccomp, refused = REFUSED[os.uname().machine]
    steps = [(0x20, 0, 0, 4), (0x15, 1, 0, machine), (0x06, 0, 0, 0x50001), (0x20, 0, 0, 0)]
    steps += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, 0x50001)]  # calls of x32
    for number in sorted(refused | {425, 452, 463, 466, 469}):
        steps += [(0x15, 0, 1, number), (0x06, 0, 0, 0x50001)]
    steps += [(0x15, 0, 4, pair), (0x20, 0, 0, 24), (0x54, 0, 0, 15), (0x15, 1, 0, 1), (0x06, 0, 0, 0x50001)]
    steps += [(0x06, 0, 0, 0x7FFF0000)]  # a pair of streams reaches nobody else, and asyncio needs it
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code))
    library = ctypes.CDLL(None)
    library.prctl(38, 1, 0, 0, 0)  # no program may give more rights
    return library.syscall(seccomp, 1, 1, program) == 0  # in all threads


def become_nobody(closed):
    """Leave root and its powers, but for reading where Python lies in a folder closed to others, and others' aren't."""
    nobody, library = 65534, ctypes.CDLL(None)
    if sys.platform == "linux":
        library.prctl(8, 1, 0, 0, 0)  # keep powers until capset
        for power in range(64):
            library.prctl(24, power, 0, 0, 0)  # no program may get them back
    os.setgroups([])
    os.setgid(nobody)
    os.setuid(nobody)
    if sys.platform == "linux":
        try:
            for path in (os.__file__, sys.executable, __file__, Path(sys.prefix, "pyvenv.cfg")):
                open(path, "rb").close()
            kept = 0
        except OSError:
            if not closed:
                sys.exit("Python is closed to the user nobody, and there is no Landlock; grade as an ordinary user")
            kept = 1 << 2  # CAP_DAC_READ_SEARCH
        library.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(kept, kept))


def lock_files(work):
    """Leave to this process only Python, the system, and its own folder, by Linux's Landlock; whether it's alone then.

    https://docs.kernel.org/userspace-api/landlock.html: the numbers of the calls and of the rights are the kernel's.
    """
    if sys.platform != "linux":
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(444, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    read, everything = 0b1101, (1 << 13) - 1 | (1 << 13) * (version >= 2) | (1 << 14) * (version >= 3)
    asked = (ctypes.c_uint64 * 3)(everything, 3, 3)  # files; TCP; sockets and signals to processes outside
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = call(444, asked, ctypes.c_size_t(size), 0)

    class Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int))

    system = ["/usr", "/lib", "/lib64", "/bin", "/dev/urandom", "/sys/devices", "/proc/cpuinfo", "/proc/meminfo"]
    system += [f"/etc/{name}" for name in ("fonts", "ld.so.cache", "localtime", "passwd", "ssl")]
    python = [sys.prefix, sys.base_prefix, Path(__file__).parent]
    for path, rights in [*((path, read) for path in [*system, *python]), (work, everything), ("/dev/null", 0b110)]:
        if os.path.exists(path):
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rights &= everything if os.path.isdir(path) else 0b111  # the others are rights over folders
            call(445, rules, 1, ctypes.byref(Beneath(rights, folder)), 0)
            os.close(folder)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # no program may give more rights
    in_namespace = os.getpid() == 1
    return call(446, rules, 0) == 0 and (version >= 6 or in_namespace)


def interrupted(*_):
    raise KeyboardInterrupt("the time for it is up")


def serve(connection, closed, a_cell):
    """Do what the judge says, until it closes the line."""
    from exchange import Peer
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from crossentropy import checks

    peer, handed = Peer(connection, checks._is_blank), {}
    os.register_at_fork(after_in_child=connection.close)  # no copy of this process answers the judge

    def packed(answer):
        try:
            return peer.pack(answer)
        except Exception:
            return ["other", type(answer).__name__]

    def check(name, *answers):
        """In place of the book's: it keeps what was handed over last, and says nothing."""
        if str(name) not in handed or not any(map(checks._is_blank, answers)):
            handed[str(name)] = [packed(answer) for answer in answers]

    checks.check = checks.examine = check
    shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    for name in ("ask_exit", "enable_gui", "getoutput", "system"):  # `exit()`, `%matplotlib` and `!pip` stop no cell
        setattr(shell, name, lambda *_, **options: None)
    signal.signal(signal.SIGALRM, interrupted)
    peer.send("ready", lock_calls() and closed)  # only now: IPython copies files with their modes
    while True:
        kind, *rest = peer.receive()
        signal.setitimer(signal.ITIMER_REAL, a_cell)
        try:
            if kind == "run":
                handed.clear()
                done = shell.run_cell(rest[0], store_history=False, silent=True)
                signal.setitimer(signal.ITIMER_REAL, 0)
                error = done.error_before_exec or done.error_in_exec
                told = f"{type(error).__name__}: {error}".strip(": ")[:500] if error is not None else ""
                peer.send("run", told, handed)
            elif kind == "names":
                peer.send("names", [packed(shell.user_ns.get(name)) for name in rest[0]])
            else:
                peer.serve(*rest)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            with contextlib.suppress(OSError):  # there is none
                if os.getpid() == 1:  # what it has started ends with it
                    os.kill(-1, signal.SIGKILL)
                    while os.wait():
                        pass


def main(number, work, a_cell, a_notebook, memory, processes):
    line = socket.socket(fileno=int(number))
    os.chdir(work)
    closed = restrict(work, int(float(a_notebook)) + 10, int(memory), int(processes))
    here = str(Path(__file__).parent)
    ours = (here, sys.prefix, sys.base_prefix)
    sys.path[:] = [here, *(path for path in sys.path if path.startswith(ours))]  # without the book
    serve(line, closed, float(a_cell))


if __name__ == "__main__":
    main(*sys.argv[1:])
