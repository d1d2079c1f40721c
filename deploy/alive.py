"""Does a server process answer? `python deploy/alive.py [SOCKET]`: exit code 0 when /healthz says 200 within 5 s.

For deploy/install.sh, and as the containers' health check; knows nothing but Python. Without a socket: port 8000.
"""

import socket
import sys

QUESTION = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n"


def alive(path: str) -> bool:
    """Whether the process at this Unix socket, or at port 8000 for "", answers."""
    family, where = (socket.AF_UNIX, path) if path else (socket.AF_INET, ("127.0.0.1", 8000))
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        try:
            line.connect(where)
            line.sendall(QUESTION)
            return b" 200 " in line.recv(64)
        except OSError:
            return False


if __name__ == "__main__":
    sys.exit(not alive("".join(sys.argv[1:2])))
