"""Everything that can be set from outside, in one place; nothing else reads the environment."""

import os
from functools import cache
from pathlib import Path

from pydantic import Field, PositiveInt, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from core.errors import BadSetting
from core.limits import Limits

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SEPTUM_"
PATH_SETTINGS = (
    "home",
    "database",
    "arrays",
    "checkpoints",
    "correction_model",
    "import_roots",
    "cluster_tls",
)  # paths, in part or as a whole
EXPECTED = {  # what a value should have been, by what pydantic calls the mistake
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "greater_than": "a number above 0",
    "bool_parsing": "0 or 1",
    "string_pattern_mismatch": "auto, cpu or cuda",
}


class Settings(BaseSettings):
    """Settings from `SEPTUM_*` environment variables; the defaults serve one machine without any set-up."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    home: Path = Field(default=ROOT / "data", description="Folder of the store; created on first use")
    database: str = Field(default="", description="SQLAlchemy URL; empty means SQLite inside home")
    arrays: str = Field(default="", description="fsspec URL for images; empty means a folder inside home")
    cache_mb: PositiveInt = Field(
        default=4096, description="Most that copies of images from another machine take in home, in MB"
    )
    checkpoints: Path = Field(default=ROOT / "checkpoints", description="Folder of the shipped models")
    default_model: str = Field(default="unet-cine", description="Model used where none is named")
    correction_model: Path = Field(
        default=ROOT / "checkpoints" / "correction.safetensors",
        description="File of the network that answers clicks of the smart correction",
    )
    cluster: str = Field(
        default="", description="Address of a cluster's scheduler; empty: this machine does all"
    )
    cluster_tls: Path | None = Field(
        default=None, description="Folder with ca.pem, cert.pem and key.pem of this machine in the cluster"
    )
    cluster_trainings: PositiveInt = Field(default=1, description="Trainings that a cluster does at once")
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="auto, cpu or cuda")
    remove_islands: bool = Field(
        default=True, description="Clear what is too small to be part of the heart in what the app predicts"
    )
    trim_base: bool = Field(
        default=True, description="Clear what looks like heart beyond its base in what the app predicts"
    )
    reader: str = Field(
        default="", description="Name of whoever gives none and does not sign in; empty: readers are asked"
    )
    reader_header: str = Field(
        default="", description="HTTP header in which a proxy that signs readers in names them; empty: none"
    )
    hosts: str = Field(
        default="",
        description="Names under which a proxy passes requests on to the app, by commas; empty: none",
    )
    administrators: str = Field(
        default="",
        description="Readers who may promote against the hold-out, roll back and remove models, by commas; "
        "empty means all",
    )

    max_upload_mb: PositiveInt = Field(default=1024, description="Largest single file, in MB")
    max_pixels: PositiveInt = Field(default=4096 * 4096, description="Most pixels of one image")
    max_unpacked_mb: PositiveInt = Field(
        default=4096, description="Most an archive or compressed file may unpack to"
    )
    max_ratio: PositiveInt = Field(default=200, description="Highest unpacked to packed ratio of an archive")
    max_slices: PositiveInt = Field(default=5000, description="Most slices of one series")
    deidentify: bool = Field(
        default=True, description="Take names and identifiers out of DICOM before anything of it is stored"
    )
    import_roots: str = Field(
        default="",
        description="Folders of this machine from which the Import page may import, separated as in PATH; "
        "empty: none",
    )

    @field_validator("home", "checkpoints")
    @classmethod
    def _folder(cls, path: Path) -> Path:
        """Return the folder by its whole path, wherever the process goes later."""
        path = Path.cwd() / path.expanduser()
        if os.path.isfile(path):  # a Path would raise where nobody may look
            raise ValueError("a folder; this is a file")
        return path

    @field_validator("cluster_tls")
    @classmethod
    def _certificates(cls, path: Path | None) -> Path | None:
        """Return the folder by its whole path."""
        return None if path is None else Path.cwd() / path.expanduser()

    @field_validator("correction_model")
    @classmethod
    def _file(cls, path: Path) -> Path:
        """Return the file by its whole path."""
        return Path.cwd() / path.expanduser()

    @field_validator("database")
    @classmethod
    def _database(cls, url: str) -> str:
        """SQLite's file by its whole path."""
        scheme, slashes, path = url.partition(":///")
        if not scheme.startswith("sqlite") or not path or path.startswith((":", "/", "file:")):
            return url
        return f"{scheme}{slashes}{Path.cwd() / path}"

    @field_validator("arrays")
    @classmethod
    def _arrays(cls, url: str) -> str:
        """Return a folder by its whole path."""
        return url if "://" in url or not url else str(Path.cwd() / url)

    @field_validator("import_roots")
    @classmethod
    def _roots(cls, roots: str) -> str:
        """Return folders by their whole paths."""
        return os.pathsep.join(str(Path.cwd() / root) for root in roots.split(os.pathsep) if root.strip())

    @property
    def database_file(self) -> Path:
        """Where SQLite's file is, unless another database is set."""
        return self.home / "septum.sqlite"

    @property
    def arrays_url(self) -> str:
        """Where image arrays live, a folder inside `home` unless one is set."""
        return self.arrays or str(self.home / "arrays")

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names under which a proxy passes requests on, without ports."""
        return tuple(name.strip() for name in self.hosts.split(",") if name.strip())

    @property
    def import_root_folders(self) -> tuple[Path, ...]:
        """The folders below which the Import page may import, links followed."""
        return tuple(Path(root).resolve() for root in self.import_roots.split(os.pathsep) if root.strip())

    @property
    def import_limits(self) -> Limits:
        """The most that one import may ask of this machine's memory."""
        return Limits(
            max_pixels=self.max_pixels,
            max_file_bytes=self.max_upload_mb * 1_000_000,
            max_unpacked_bytes=self.max_unpacked_mb * 1_000_000,
            max_ratio=self.max_ratio,
            max_slices=self.max_slices,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The places that were set, as variables for a process that begins in another folder."""
        given = sorted(self.model_fields_set.intersection(PATH_SETTINGS))
        return {f"{PREFIX}{name.upper()}": str(getattr(self, name)) for name in given}


@cache
def settings() -> Settings:
    """Return the settings of this process, read once.

    Raises:
        BadSetting: when one cannot be used as it was given.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting("; ".join(_describe_mistakes(error))) from error
    except SettingsError as error:
        raise BadSetting(f"a setting cannot be read ({error})") from error


def _describe_mistakes(error: ValidationError) -> list[str]:
    """Return each setting that cannot be used: its name, what was given, what is expected."""
    return [
        f"{PREFIX}{str(problem['loc'][0]).upper()} is {str(problem['input'])!r}, but should be "
        f"{EXPECTED.get(problem['type']) or problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    ]
