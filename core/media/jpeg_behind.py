"""What the XMP of a phone's JPEG says of the brightness map or the film behind the picture, taken out where these go.

Programs look for what is told there, at the place that is told: a copy that says so and has none would be taken for a
damaged file. (Adobe's hdr-gain-map, Google's Container and Camera namespaces.)
"""

from __future__ import annotations

import re

_HEAD = b"http://ns.adobe.com/xap/1.0/\x00"
_PREFIXES = 4  # by which a namespace is called: one is usual
_NAMES = {  # of these namespaces, the properties whose local names begin so
    rb"http://ns.adobe.com/hdr-gain-map/1.0/": rb"",
    rb"http://ns.google.com/photos/1.0/container/": rb"",
    rb"http://ns.google.com/photos/1.0/camera/": rb"(?:MotionPhoto|MicroVideo)",
    rb"http://ns.apple.com/HDRGainMap/1.0/": rb"",
}


def without_claims(payload: bytes) -> bytes:
    """Return an APP1 payload whose XMP says nothing of pictures behind the picture; any other as it is."""
    if not payload.startswith(_HEAD):
        return payload
    packet = payload[len(_HEAD) :]
    for namespace, local in _NAMES.items():
        known = set(re.findall(rb"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(namespace) + rb"[\"']", packet))
        for prefix in sorted(known)[:_PREFIXES]:
            name = re.escape(prefix) + rb":" + local + rb"[\w.-]*"
            packet = re.sub(rb"\s+" + name + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", packet)
            packet = re.sub(rb"<(" + name + rb")(?:\s[^<>]*)?(?:/>|>.*?</\1\s*>)", b"", packet, flags=re.DOTALL)
    return _HEAD + packet
