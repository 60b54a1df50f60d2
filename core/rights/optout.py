"""The opt-out kit for a portfolio's website: the same refusal in each of the ways that machines look for it.

(TDM Reservation Protocol, W3C Community Group report of 10 May 2024; RFC 9309 for robots.txt; Directive (EU) 2019/790,
Article 4(3), which asks for a reservation in machine-readable form.)
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import RefusedError, WriteError
from core.model import DataMining
from core.model.statements import MINING_WORDS, Statements
from core.rights.crawlers import LISTED, Purpose, crawlers
from core.rights.statements import wording

_PICTURES = "jpg jpeg png tif tiff webp gif avif heic svg psd raw dng"
_SOUNDS = "wav mp3 flac ogg opus m4a aac aiff mp4 mov webm"


def kit(said: Statements, *, assistants: bool = False) -> dict[str, str]:
    """Return the kit's files by name, README.txt first. `assistants` shuts out those who fetch for AI assistants too.

    RefusedError where the statements allow data mining: then there is nothing to reserve.
    """
    if said.mining is DataMining.ALLOWED:
        raise RefusedError("These terms allow data mining.", "Choose terms that reserve it.")
    policy = said.policy or said.web_statement
    for link in (policy,):
        if any(sign in link for sign in '"\\\r\n '):
            raise RefusedError(f"The link {link!r} holds signs that no header may hold.", "Write it without them.")
    agents = [c.name for c in crawlers(Purpose.TRAINING, *([Purpose.ASSISTANT] if assistants else []))]
    files = {
        ".well-known/tdmrep.json": _tdmrep(policy),
        "robots.txt": _robots(agents),
        "ai.txt": _ai_txt(),
        "headers-apache.htaccess": _apache(policy),
        "headers-nginx.conf": _nginx(policy),
        "headers.txt": _generic(policy),
        "page-head.html": _page(said, policy),
        "policy.txt": _policy(said),
    }
    return {"README.txt": _readme(said, policy, assistants=assistants), **files}


def write_kit(files: Mapping[str, str], folder: Path) -> Path:
    """Return the path of the kit's README in a new folder that holds all its files, or is not there at all.

    WriteError where the folder is there already, or cannot be written.
    """
    fresh = folder.with_name(f".{folder.name}.{os.urandom(6).hex()}")
    try:
        if os.path.lexists(folder):
            raise WriteError(f"{folder} is there already and was left as it is.", "Choose another folder.", path=folder)
        for name, text in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_text(text, "utf-8", newline="\n")
        fresh.rename(folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        reason = error.strerror or type(error).__name__
        raise WriteError(f"{folder} could not be written: {reason}.", "Choose another folder.", path=folder) from error
    return folder / next(iter(files))


def _tdmrep(policy: str) -> str:
    rule = {"location": "/*", "tdm-reservation": 1, **({"tdm-policy": policy} if policy else {})}
    return json.dumps([rule], indent=2) + "\n"


def _robots(agents: list[str]) -> str:
    lines = [f"# AI crawlers, as listed on {LISTED}. Search engines are not named here and stay welcome."]
    return "\n".join([*lines, *(f"User-agent: {agent}" for agent in agents), "Disallow: /"]) + "\n"


def _ai_txt() -> str:
    lines = [
        "# No data mining and no training of AI with what lies on this site.",
        "User-Agent: *",
        *(f"Disallow: *.{suffix}" for suffix in f"{_PICTURES} {_SOUNDS}".split()),
        "Disallow: /",
        "Disallow: *",
    ]
    return "\n".join(lines) + "\n"


def _headers(policy: str) -> list[tuple[str, str]]:
    robots = "noai, noimageai"
    return [("tdm-reservation", "1"), *([("tdm-policy", policy)] if policy else []), ("X-Robots-Tag", robots)]


def _apache(policy: str) -> str:
    lines = [f'  Header set {name} "{value}"' for name, value in _headers(policy)]
    return "\n".join(["<IfModule mod_headers.c>", *lines, "</IfModule>"]) + "\n"


def _nginx(policy: str) -> str:
    return "".join(f'add_header {name} "{value}" always;\n' for name, value in _headers(policy))


def _generic(policy: str) -> str:
    lines = "".join(f"  {name}: {value}\n" for name, value in _headers(policy))
    return f"/*\n{lines}"


def _page(said: Statements, policy: str) -> str:
    lines = ['<meta name="tdm-reservation" content="1">']
    if policy:
        lines.append(f'<meta name="tdm-policy" content="{escape(policy, quote=True)}">')
    lines.append('<meta name="robots" content="noai, noimageai">')
    if said.copyright:
        lines.append(f'<meta name="copyright" content="{escape(said.copyright, quote=True)}">')
    if said.web_statement:
        lines.append(f'<link rel="license" href="{escape(said.web_statement, quote=True)}">')
    return "\n".join(lines) + "\n"


def _policy(said: Statements) -> str:
    """Return the reservation in words, for the site's imprint or terms."""
    who = said.creator or "The owner of this site"
    what = wording(said.mining) or wording(DataMining.PROHIBITED)
    contact = " ".join(filter(None, (said.licensor, said.licensor_email, said.licensor_url)))
    lines = [
        f"{who} expressly reserves all rights to reproduce and extract the works on this site for text and data",
        "mining, including the training of AI models (Article 4(3) of Directive (EU) 2019/790 and the laws that",
        "implement it).",
        what,
        said.constraints,
        f"Licences: {contact}" if contact else "",
        said.copyright,
    ]
    return "\n".join(filter(None, lines)) + "\n"


def _readme(said: Statements, policy: str, *, assistants: bool) -> str:
    choice = said.mining if said.mining is not DataMining.UNSPECIFIED else DataMining.PROHIBITED
    host = urlsplit(said.web_statement or policy).netloc or "your-site.example"
    listed = crawlers(Purpose.TRAINING, *([Purpose.ASSISTANT] if assistants else []))
    rows = "\n".join(f"  {c.name:<30} {c.operator}" for c in listed)
    return f"""\
OPT-OUT KIT FOR YOUR WEBSITE

Your choice: data mining and AI training {MINING_WORDS[choice]}.
Put these files on your website. They say the same in each of the places where machines look.

FILE                      WHERE IT GOES, AND WHAT IT DOES
.well-known/tdmrep.json   https://{host}/.well-known/tdmrep.json
                          Reserves text and data mining for the whole site (TDM Reservation Protocol). In the EU such a
                          reservation in machine-readable form takes the exception of Article 4 away.
headers-apache.htaccess   Lines for the .htaccess file, or for the server's configuration (Apache).
headers-nginx.conf        Lines for the server block (nginx).
headers.txt               A _headers file for hosts that read one (Netlify, Cloudflare Pages and others).
                          These say the same with every answer of the server, so also for a picture that is linked
                          from elsewhere. Use the one that fits your host.
page-head.html            Lines for the <head> of each page, where you can change nothing else.
robots.txt                Add these lines to your robots.txt, if you have one. They ask {len(listed)} named crawlers to
                          stay away. Search engines are not named: you stay findable.
ai.txt                    https://{host}/ai.txt
                          A convention of 2023 that a few data set makers looked for. It costs nothing.
policy.txt                The reservation in words, for your imprint or terms of use. Words that people and courts read.

WHAT IT DOES NOT DO
- It is a notice and no lock: who ignores it is not kept out. Some crawlers do ignore it, or hide their names.
- It does not reach back: what was taken before is not given back.
- It does not cover copies elsewhere (social networks, shops, agencies). There their terms count; the statements inside
  your protected files travel with the files.
- "noai" and "noimageai" are a convention of some platforms. No law names them, and most crawlers pass over them.
- Robots.txt is voluntary (RFC 9309). Assistants that fetch a page because a user asked often do not look at it.
- If you cannot change headers or files at your host, use what you can: one clear reservation is better than none.
- Have a lawyer look at it where much depends on it. This is no legal advice.

HOW TO SEE THAT IT WORKS
  curl -sI https://{host}/ | grep -i tdm
  curl -s https://{host}/.well-known/tdmrep.json

CRAWLERS IN robots.txt, as listed on {LISTED}. Names come and go: make the kit anew once a year.
{rows}
"""
