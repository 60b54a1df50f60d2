"""Marks a picture in memory, damages it, and finds the mark: `python docs/examples/mark_and_find.py PICTURE`.

Only the signal is involved: no file is written, no catalog asked. The same works for recordings with `core.audio`.
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from core import image
from core.decide import in_words
from core.keys import CreatorKey
from core.media.images import read_image

SERIAL = 214
ISSUED = np.arange(1000)  # the serials that exist; None would stand for all 2^20

key = CreatorKey.generate()
picture = read_image(Path(sys.argv[1]))
marked = image.embed(picture.pixels, key=key, serial=SERIAL, space=picture.space)
if marked.pixels is None:
    sys.exit(f"{picture.path.name} carries no mark.")
print(f"Marked with serial {SERIAL}, PSNR {marked.quality['psnr']:.1f} dB.")

damaged = io.BytesIO()
copy = Image.fromarray(marked.pixels).convert("RGB")
copy.resize((copy.width * 2 // 3, copy.height * 2 // 3)).save(damaged, "JPEG", quality=60)

found = image.detect(np.asarray(Image.open(damaged)), key=key, serials=ISSUED)
for finding in found:
    print(f"Serial {finding.serial}: {finding.verdict}, a coincidence {in_words(finding.probability)}.")
    print(f"What was done to it: {finding.transform}")
stranger = image.detect(np.asarray(Image.open(damaged)), key=CreatorKey.generate(), serials=ISSUED)
print(f"With another key: {len(stranger)} findings.")
