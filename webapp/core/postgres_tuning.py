"""What we ask of our own PostgreSQL, given at each start so that upgrades bring it."""

import os
from pathlib import Path

MEGABYTE = 1024 * 1024

DURABLE = {"fsync": "on"}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "autovacuum": "off",
}


def server_settings(socket_dir: Path, durability: dict[str, str]) -> list[str]:
    """Give the command-line options of the server."""
    chosen = {
        **_reachable_by_socket_alone(socket_dir),
        **_sized_for(memory_bytes()),
        **_PRIVATE_LOG,
        "max_connections": "200",
        "timezone": "UTC",
        # Compiling a query costs more than it saves on the short ones we send.
        "jit": "off",
        # Every disk of today is closer to an SSD than to the 1990s default of 4.
        "random_page_cost": "1.1",
        **durability,
    }
    return [option for name, value in chosen.items() for option in _option(name, value)]


def memory_bytes() -> int:
    """Memory this machine, or the container we are in, may use."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return physical
    return min(physical, int(limit)) if limit.isdigit() else physical


# Error details and statements hold addresses of people: they stay out of the log.
_PRIVATE_LOG = {
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_checkpoints": "off",
}


def _reachable_by_socket_alone(socket_dir: Path) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
    }


def _sized_for(memory: int) -> dict[str, str]:
    """Take an eighth of the memory, at most 1 GB: the application needs the rest."""
    shared = max(32, min(1024, memory // 8 // MEGABYTE))
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{4 * shared}MB",
        "maintenance_work_mem": f"{max(16, shared // 4)}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
    }


def _option(name: str, value: str) -> tuple[str, str]:
    return "-c", f"{name}={value}"
