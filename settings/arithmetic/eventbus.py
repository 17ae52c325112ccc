"""How a broker's memory is shared out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BrokerMemory:
    """MiB of the Java heap and of the buffers beside it; the rest is the page cache, which reads are served from."""

    heap: int
    direct: int


def broker_memory(mebibytes: int) -> BrokerMemory:
    """Give half to the heap and an eighth to direct buffers; a quarter at least stays for files and the JVM itself."""
    return BrokerMemory(heap=mebibytes // 2, direct=mebibytes // 8)
