"""How an image is named."""


def unpinned(image: object) -> bool:
    """Whether an image is named without a version: no tag and no digest, or the tag `latest`."""
    if not isinstance(image, str) or not image:
        return False
    if "@" in image:
        return False
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag in ("", "latest")


def registry(image: object) -> str:
    """The host that an image comes from, `docker.io` where it names none; nothing while it is not known."""
    if not isinstance(image, str) or not image:
        return ""
    host, slash, _ = image.partition("/")
    return host.partition(":")[0] if slash and ("." in host or ":" in host or host == "localhost") else "docker.io"
