"""What every test room shares: tiny configs, and a miniature drawn once."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: nets of the tests are smaller than what threads cost

from collections.abc import Callable
from copy import deepcopy
from functools import cache, partial
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig

from figgen.cli.choices import CONF
from figgen.runs.provenance import ROOT

os.environ["FIGGEN_ROOT"] = str(ROOT)

TINY = [
    "debug=fast",
    "logger=none",
    "autoencoder.net.width=16",
    "autoencoder.net.encoder_blocks=1",
    "autoencoder.net.decoder_blocks=1",
    "denoiser=unet",
    "text_encoder=bytes",
    "denoiser.net.widths=[16,16]",
    "denoiser.batch_size=2",
    "autoencoder.batch_size=2",
    "text_encoder.net.width=16",
    "text_encoder.net.depth=1",
    "text_encoder.net.max_bytes=32",
    "loss.recon.kl_weight=1e-6",
    "trainer.threads=1",
]

HEAVY = {"torch", "lightning", "diffusers", "transformers", "mlflow"}  # seconds to import, each of them

# What `python -c` runs a module with as `-m` would; its last line names all that was imported.
NAMING_IMPORTS = """
import runpy, sys
sys.argv.pop(0)
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    print(*sys.modules)
"""


def pytest_collection_finish() -> None:
    """All is imported and stays: the garbage collector need not look at it again and again."""
    gc.freeze()


def composed(*overrides: str, config: str = "config") -> DictConfig:
    """The config of a command line. Hydra takes 0.1 s: who asks for the same again gets a copy."""
    return deepcopy(composed_once(overrides, config))


@cache
def composed_once(overrides: tuple[str, ...], config: str) -> DictConfig:
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(config, list(overrides))


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the miniature of the tiny runs is drawn, once for the session."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def tiny(tmp_path: Path, data_folder: Path) -> Callable[..., DictConfig]:
    """tiny("loss=tpl", ...) => the config of a run that takes seconds, writing below tmp_path."""

    return partial(composed, *TINY, f"paths.outputs={tmp_path}", f"paths.data={data_folder}")
