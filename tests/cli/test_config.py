"""Every choice composes, every key has a rule and a comment, every rule has a key."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from conftest import composed
from omegaconf import DictConfig, OmegaConf

from figgen.cli.choices import CONF, EXTRA, defaults, groups
from figgen.cli.rules import shown
from figgen.runs.errors import ConfigError
from figgen.runs.identity import flatten, plain
from figgen.runs.provenance import ROOT
from figgen.stages.options import EVALUATE_RULES, PREPARE_RULES, RUN_RULES


@pytest.fixture(autouse=True)
def checkout_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What figgen.cli.door.launch says before Hydra starts."""
    monkeypatch.setenv("FIGGEN_ROOT", str(ROOT))


# No choice needs another one: trainer=gpu, scale=paper and the sweeps compose and validate by themselves.
CHOICES = [f"{group}={name}" for group, names in groups().items() for name in names]

# Maps that are null by default and written into the command line, as the comments of conf/ show them.
INLINE = [
    "loss.recon.perceptual={_target_:figgen.losses.perceptual.Lpips,weight:0.2,weights:null}",
    "loss.adversary={_target_:figgen.losses.adversary.PatchAdversary,channels:3,weight:0.5,start:50001,width:64}",
]


def leaves(cfg: DictConfig) -> set[str]:
    return set(flatten(plain(cfg)))


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_composes_and_validates(choice: str) -> None:
    cfg = composed(choice)
    assert RUN_RULES.problems(cfg) == []
    assert [key for key in leaves(cfg) if RUN_RULES.kind_of(key) is None] == []


@pytest.mark.parametrize("choice", [c for c in CHOICES if c.split("=")[0] in (*EXTRA, "scale", "loss")])
def test_a_debug_run_is_tiny_and_apart_whatever_a_file_asks_for(choice: str) -> None:
    cfg = composed(choice, "debug=fast")
    assert (cfg.group, cfg.limit, cfg.autoencoder.steps, cfg.denoiser.steps, cfg.solver.steps) == ("debug", 24, 2, 2, 3)
    late = [value for key, value in flatten(plain(cfg.loss)).items() if key.endswith(("warmup_steps", ".start"))]
    assert set(late) <= {0}


def test_what_is_typed_has_the_last_word_over_a_debug_preset() -> None:
    cfg = composed("debug=fast", "sweeps=loss_ablation", "autoencoder.steps=5", "group=mine")
    assert (cfg.group, cfg.autoencoder.steps) == ("mine", 5)


@pytest.mark.parametrize("inline", INLINE)
def test_the_maps_that_comments_offer_validate(inline: str) -> None:
    assert RUN_RULES.problems(composed(inline)) == []


def test_every_group_has_a_default_that_exists() -> None:
    assert set(defaults()) == set(groups()) - set(EXTRA)
    assert all(name in groups()[group] for group, name in defaults().items())


def test_every_rule_is_used_by_a_key() -> None:
    others = leaves(composed(config="prepare")) | leaves(composed(config="evaluate"))
    keys = others.union(leaves(composed("loss=ocr", "teacher=trocr")))
    keys = keys.union(*(leaves(composed(choice)) for choice in [*CHOICES, *INLINE]))
    known = {*RUN_RULES.kinds, *PREPARE_RULES.kinds, *EVALUATE_RULES.kinds}
    used = {rule for rule in known if any(fnmatchcase(key, rule) for key in keys)}
    assert known - used == set()


COMMENTED = [
    path for group, files in groups().items() if group not in (*EXTRA, "scale", "debug") for path in files.values()
]


@pytest.mark.parametrize("path", COMMENTED, ids=lambda path: path.relative_to(CONF).as_posix())
def test_every_key_carries_a_comment_in_the_file_that_owns_it(path: Path) -> None:
    """A line that sets a value ends in a comment; `_target_` names a class, whose docstring is its comment."""
    lines = path.read_text().splitlines()
    assert lines[0].startswith("# ")
    valued = [line for line in lines if re.match(r"\s*(?!_target_|defaults)\w+: +[^#\s]", line)]
    assert [line for line in valued if not re.search(r"\S # \S", line)] == []


@pytest.mark.parametrize("name", ["config", "prepare", "evaluate"])
def test_every_key_of_a_verb_s_config_carries_a_comment(name: str) -> None:
    _, keys = (CONF / f"{name}.yaml").read_text().split("\n\n", 1)
    valued = [line for line in keys.splitlines() if re.match(r"\s*\w+: +[^#\s]", line)]
    assert [line for line in valued if not re.search(r"\S # \S", line)] == []


NO_CHOICES = {
    ("dataset.source", "internet"): "one of auto, prepared, miniature",
    ("dataset.channels", True): "one of 1, 3",
    ("dataset.unpack", None): "a list of one or more items, each some text, or a list of 0 items",
    ("dataset.reader.text", "everything"): "one of caption, caption_and_type",
    ("dataset.reader.captions", "label"): "one of auto, labels, attributes",
    (
        "dataset.reader.experiment",
        "All",
    ): "one of Single-Sentence-Caption, First-Sentence, Caption-No-More-Than-100-Tokens",
    ("dataset.reader.form", "normalised"): "one of original, lowercase_and_token, basic_num, advanced_equation_bracket",
    ("dataset.reader.caption", "both"): "one of caption, caption_no_index",
    ("loss.text.shape", "round"): "one of upright, quad",
    ("loss.text.target", "words"): "one of ctc, features",
    ("loss.text.lam", 1.5): "a number of at least 0 and at most 1",
    ("profiler", "advanced"): "simple, or null",
    ("trainer.threads", 0): "a whole number of at least 1, or null",
    ("loss.adversary", 3): "null",
}


@pytest.mark.parametrize(("key", "value"), NO_CHOICES)
def test_a_value_that_is_no_choice_is_answered_with_those_that_are(key: str, value: object) -> None:
    assert RUN_RULES.key_problem(key, value) == f"{key}={shown(value)}: must be {NO_CHOICES[key, value]}"


def test_annotation_files_of_a_split_that_there_is_not_are_refused() -> None:
    assert RUN_RULES.key_problem("dataset.reader.files.val", ["val.json"]) is None
    problem = RUN_RULES.key_problem("dataset.reader.files.dev", ["val.json"])
    assert problem == "dataset.reader.files.dev: no such key in this configuration"


@pytest.mark.parametrize("target", ["os.system", "builtins.eval", "subprocess.Popen", "figgenx.Net", "torch", ""])
def test_a_class_outside_the_trusted_packages_is_refused(target: str) -> None:
    cfg = composed()
    OmegaConf.update(cfg, "autoencoder.net._target_", target)
    with pytest.raises(ConfigError, match=r"^autoencoder\.net\._target_=.*: must be a class of figgen"):
        RUN_RULES.validate(cfg)


def test_every_class_of_the_config_is_figgen_s_own_or_of_diffusers() -> None:
    targets = {
        value
        for choice in [*CHOICES, *INLINE]
        for key, value in flatten(plain(composed(choice))).items()
        if key.endswith("._target_")
    }
    assert {target.split(".")[0] for target in targets} <= {"figgen", "diffusers"}


def test_a_key_that_no_rule_knows_is_refused() -> None:
    cfg = composed()
    OmegaConf.update(cfg, "surprise", 1, force_add=True)
    assert RUN_RULES.problems(cfg) == ["surprise: no such key in this configuration"]


LETTERS = {
    ("dataset=mlfigs",): "published",
    ("dataset=mlfigs_scicap",): "published",
    ("dataset=mario",): "as_read",
    ("dataset=mlfigs", "detector=rapidocr"): "as_read",
    ("dataset=mlfigs", "detector=tesseract"): "as_read",
    ("dataset=mario", "detector=tesseract", "detector.model.text=published"): "published",
}


@pytest.mark.parametrize("overrides", LETTERS, ids=str)
def test_loss_knows_whether_the_words_it_is_given_have_kept_their_case(overrides: tuple[str, ...]) -> None:
    assert composed("loss=ocr", *overrides).loss.text.letters == LETTERS[overrides]


def test_a_teacher_that_cannot_merge_cases_is_refused_where_they_are_lost() -> None:
    (problem,) = RUN_RULES.problems(composed("loss=ocr", "teacher=trocr"))
    assert "teacher=trocr" in problem and "loss.text.target=features" in problem
    for way_out in ("loss.text.target=features", "detector=rapidocr", "dataset=mario", "teacher=ppocr"):
        assert RUN_RULES.problems(composed("loss=ocr", "teacher=trocr", way_out)) == []


def test_ocr_loss_draws_by_the_seed_of_the_run() -> None:
    assert composed("loss=ocr", "seed=7").loss.text.seed == 7


def test_a_missing_value_is_named() -> None:
    cfg = composed()
    OmegaConf.update(cfg, "seed", "???")
    assert len(RUN_RULES.problems(cfg)) == 1
    assert RUN_RULES.problems(cfg)[0].startswith("seed: ")
