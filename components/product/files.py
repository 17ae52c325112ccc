"""What a service finds in files: texts, values of secrets, and a folder of configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from components.product.secrets import available
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.workload.running import ConfigDirectory
from settings.workload.service import Service


@dataclass(frozen=True)
class SecretContent:
    """The content of a file that holds the value of a declared secret."""

    name: str


Content = str | SecretContent


@dataclass(frozen=True, kw_only=True)
class ProductFiles:
    """`single` holds each file that stands for itself, by its path; `config` is a folder with nothing else in it."""

    single: Mapping[str, Content]
    config: ConfigDirectory | None

    @property
    def texts(self) -> dict[str, str]:
        """The text of each single file that is no secret, by path."""
        return {path: content for path, content in self.single.items() if isinstance(content, str)}

    @property
    def secrets(self) -> dict[str, str]:
        """The secret in each single file that holds one, by path."""
        return {path: content.name for path, content in self.single.items() if isinstance(content, SecretContent)}

    @property
    def all(self) -> dict[str, Content]:
        """Every file, those of the folder included, by path."""
        if self.config is None:
            return dict(self.single)
        folder = PurePosixPath(self.config.path)
        return {**self.single, **{str(folder / name): text for name, text in self.config.files.items()}}


def product_files(settings: PlatformSettings, wiring: Wiring, service: Service) -> ProductFiles:
    """Return the files of a service; a secret without a value makes no file."""
    single: dict[str, Content] = {}
    for path, file in service.files.items():
        if file.content is not None:
            single[path] = file.content
        elif file.secret is not None and available(settings, wiring, file.secret):
            single[path] = SecretContent(file.secret)
    return ProductFiles(single=single, config=service.config)
