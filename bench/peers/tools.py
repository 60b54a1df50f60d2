"""Marks and reads pictures with other programs: jobs as JSON on standard input, the answers on standard output.

A job: {"tool", "do": "embed" or "read", "source": .npy of uint8 (height, width, 3) RGB, "target": .npy (embed),
"bits": the payload (embed) or its length (read)}. Answers: {"bits": ...} or {}, with "seconds" and "cpu" (seconds of
computing of all threads); {"failed": why}.
"""

import contextlib
import importlib.util
import io
import json
import sys
import time
import types

import numpy as np

PASSWORD = 7


def main() -> None:
    """Answer the jobs in order."""
    answers = []
    for job in json.load(sys.stdin):
        started, computed = time.perf_counter(), time.process_time()
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                answer = TOOLS[job["tool"]](job)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in somebody else's program is its answer
            answer = {"failed": f"{type(error).__name__}: {error}"[:200]}
        seconds, cpu = time.perf_counter() - started, time.process_time() - computed
        answers.append(answer | {"seconds": round(seconds, 3), "cpu": round(cpu, 3)})
    print(json.dumps(answers))


def blind_watermark(job):
    """Guo Fei's blind_watermark: DWT, DCT and SVD in 4x4 blocks, payload spread by a password."""
    from blind_watermark import WaterMark

    mark = WaterMark(password_wm=PASSWORD, password_img=PASSWORD, processes=1)
    picture = np.ascontiguousarray(np.load(job["source"])[:, :, ::-1])
    if job["do"] == "read":
        values = mark.extract(embed_img=picture, wm_shape=job["bits"], mode="bit")
        return {"bits": [int(value >= 0.5) for value in values]}
    mark.read_img(img=picture)
    mark.read_wm([bool(bit) for bit in job["bits"]], mode="bit")
    save(job, mark.embed())
    return {}


def invisible_watermark(method):
    """Return ShieldMnt's invisible-watermark with one of its two classical methods."""

    def run(job):
        without_torch()
        from imwatermark import WatermarkDecoder, WatermarkEncoder

        picture = np.ascontiguousarray(np.load(job["source"])[:, :, ::-1])
        if job["do"] == "read":
            values = WatermarkDecoder("bits", job["bits"]).decode(picture, method)
            return {"bits": [int(value) for value in values]}
        encoder = WatermarkEncoder()
        encoder.set_watermark("bits", job["bits"])
        save(job, encoder.encode(picture, method))
        return {}

    return run


def without_torch():
    """Put an empty module in the place of the neural method where torch is not installed: it is not run here."""
    if importlib.util.find_spec("torch") is None and "imwatermark.rivaGan" not in sys.modules:
        neural = types.ModuleType("imwatermark.rivaGan")
        neural.RivaWatermark = None
        sys.modules["imwatermark.rivaGan"] = neural


def save(job, picture):
    """Write a marked picture as other programs would see it: 8 bits, RGB."""
    seen = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    np.save(job["target"], np.ascontiguousarray(seen[:, :, ::-1]))


TOOLS = {
    "blind_watermark": blind_watermark,
    "invisible-watermark dwtDct": invisible_watermark("dwtDct"),
    "invisible-watermark dwtDctSvd": invisible_watermark("dwtDctSvd"),
}

if __name__ == "__main__":
    main()
