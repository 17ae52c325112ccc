"""How an image is named."""


def unpinned(image: object) -> bool:
    """Whether an image is named without a version: no tag and no digest, or the tag `latest`."""
    if not isinstance(image, str) or not image:
        return False
    if "@" in image:
        return False
    _, _, tag = image.rpartition("/")[2].partition(":")
    return tag in ("", "latest")
