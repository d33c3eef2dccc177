"""The last page of a run: who read what, and where to go on."""

from __future__ import annotations

from pathlib import Path

from figgen.reporting.summary import summary
from figgen.runs.directory import Folder

VALUE = {"value": 0.5, "n": 4, "low": 0.4, "high": 0.6}
READ = {f"{what}_word_f1": VALUE for what in ("original", "reconstruction", "kept")}


def test_two_engines_have_rows_of_their_own_names(tmp_path: Path) -> None:
    run = Folder(tmp_path / "g" / "run", "run.json")
    results = {"steps": 2, "parameters": 10, "psnr": VALUE, "ssim": VALUE, "ocr_engine": "tesseract 5.3.0", **READ}
    results |= {"rapidocr_ocr_engine": "RapidOCR 3.10", **{f"rapidocr_{key}": value for key, value in READ.items()}}
    run.update(data="mlfigs, miniature", stages={"autoencoder": {"folder": "", "results": results}})
    starts = [line.split()[:3] for line in summary(run).splitlines() if "word F1" in line]
    assert starts == [["tesseract", "word", "F1:"], ["RapidOCR", "word", "F1:"]]
    assert f"python -m figgen.report group=g paths.outputs={tmp_path}" in summary(run) and "report.html" in summary(run)
