"""The recovery sheet as a PDF: one page, for its owner alone, never over another file."""

import shutil
import stat
import subprocess
import sys

import pytest

from app.recovery_pdf import write_recovery_pdf
from core.errors import KeyFileError
from core.recovery import recovery_sheet, words_of


def test_a_sheet_becomes_one_page(qapp, tmp_path):
    sheet = recovery_sheet(words_of(bytes(range(32))), key="0123456789abcdef", creator="Ada", made="2026-11-27")
    path = tmp_path / "sheet.pdf"
    write_recovery_pdf(sheet, path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF-") and data.count(b"/Type /Page\n") == 1
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(KeyFileError, match="already exists"):
        write_recovery_pdf(sheet, path)
    assert path.read_bytes() == data
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
        assert all(word in text.stdout for word in (*sheet.words, "0123456789abcdef", "Ada"))
