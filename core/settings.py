"""Everything that can be set from outside, in one place; nothing else reads the environment."""

import os
from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings from `SEPTUM_*` environment variables; the defaults serve one machine without any set-up."""

    model_config = SettingsConfigDict(env_prefix="SEPTUM_", frozen=True)

    home: Path = Field(default=ROOT / "data", description="Folder of the store; created on first use")
    database: str = Field(default="", description="SQLAlchemy URL; empty means SQLite inside home")
    arrays: str = Field(default="", description="fsspec URL for images; empty means a folder inside home")
    checkpoints: Path = Field(default=ROOT / "checkpoints", description="Folder of the shipped models")
    default_model: str = Field(default="unet-cine", description="Model used where none is named")
    device: str = Field(default="auto", description="auto, cpu or cuda")
    remove_islands: bool = Field(
        default=True, description="Clear what is too small to be part of the heart in what the app predicts"
    )
    reader: str = Field(default="reader", description="Name written beside what is saved without sign-in")
    reader_header: str = Field(
        default="", description="HTTP header in which a proxy that signs readers in names them; empty: none"
    )
    administrators: str = Field(
        default="", description="Readers who may promote against the hold-out, by commas; empty means all"
    )

    max_upload_mb: int = Field(default=1024, description="Largest single file, in MB")
    max_pixels: int = Field(default=4096 * 4096, description="Most pixels of one image")
    max_unpacked_mb: int = Field(default=4096, description="Most an archive or compressed file may unpack to")
    max_ratio: int = Field(default=200, description="Highest unpacked to packed ratio of an archive")
    max_slices: int = Field(default=5000, description="Most slices of one series")
    deidentify: bool = Field(
        default=True, description="Take names and identifiers out of DICOM before anything of it is stored"
    )
    import_roots: str = Field(
        default="",
        description="Folders of this machine from which the Import page may import, separated as in PATH; "
        "empty: none",
    )

    @property
    def database_url(self) -> str:
        """URL of the database, SQLite inside `home` unless one is set."""
        return self.database or f"sqlite:///{self.home / 'septum.sqlite'}"

    @property
    def arrays_url(self) -> str:
        """Where image arrays live, a folder inside `home` unless one is set."""
        return self.arrays or str(self.home / "arrays")

    @property
    def import_root_folders(self) -> tuple[Path, ...]:
        """The folders below which the Import page may import, links followed."""
        return tuple(Path(root).resolve() for root in self.import_roots.split(os.pathsep) if root.strip())


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
