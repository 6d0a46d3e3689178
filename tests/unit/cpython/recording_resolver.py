"""Runs a program whose name look-ups go nowhere but to stdout, a name a line, after a first line "ready".

For a network and mount namespace of its own (`unshare --user --map-root-user --net --mount`): there, nothing else asks,
and nothing can leave.
"""

import fcntl
import socket
import struct
import subprocess
import sys
import tempfile
import threading

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41
HEADER_BYTES = 12
NO_SUCH_NAME = b"\x81\x83"
"""The flags of an answer: this is one, and the name does not exist."""


def main() -> int:
    """Run the program of the command line to its end; return its exit status."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        fcntl.ioctl(resolver, SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", IFF_UP_RUNNING, b""))
        resolver.bind(("127.0.0.1", 53))
        with tempfile.NamedTemporaryFile("w") as settings:
            settings.write("nameserver 127.0.0.1\n")
            settings.flush()
            subprocess.run(["mount", "--bind", settings.name, "/etc/resolv.conf"], check=True)
            print("ready", flush=True)
            threading.Thread(target=record, args=(resolver,), daemon=True).start()
            return subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False).returncode


def record(resolver: socket.socket) -> None:
    """Print every name that is asked for, and answer that there is none."""
    while True:
        question, asker = resolver.recvfrom(512)
        print(name_in(question[HEADER_BYTES:]), flush=True)
        counts = question[4:6] + bytes(6)
        resolver.sendto(question[:2] + NO_SUCH_NAME + counts + question[HEADER_BYTES:], asker)


def name_in(question: bytes) -> str:
    """Return the name of a question: labels, each after its length, up to an empty one."""
    labels, rest = [], question
    while length := rest[0]:
        labels.append(rest[1 : 1 + length].decode())
        rest = rest[1 + length :]
    return ".".join(labels)


if __name__ == "__main__":
    sys.exit(main())
