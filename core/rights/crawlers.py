"""Crawlers that gather for AI, by the names under which they say that they heed robots.txt.

Put together in November 2026 from what their operators publish and from the community's list ai.robots.txt. Names come
and go: the kit prints the date of this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LISTED = "2026-11-27"


class Purpose(StrEnum):
    """What a crawler gathers for."""

    TRAINING = "training of models, data sets"
    ASSISTANT = "answers of AI assistants, fetched when a user asks"


@dataclass(frozen=True, slots=True)
class Crawler:
    """One crawler: its name in robots.txt, who runs it, what for."""

    name: str
    operator: str
    purpose: Purpose


_TRAINING = """\
AI2Bot Allen Institute for AI
Ai2Bot-Dolma Allen Institute for AI
Amazonbot Amazon
anthropic-ai Anthropic (older name)
Applebot-Extended Apple (use of what Applebot read)
Bytespider ByteDance
CCBot Common Crawl (source of most training sets)
ChatGLM-Spider Zhipu AI
ClaudeBot Anthropic
CloudVertexBot Google Cloud
cohere-ai Cohere
cohere-training-data-crawler Cohere
Cotoyogi ROIS, Japan
DeepSeekBot DeepSeek
Diffbot Diffbot
FacebookBot Meta (speech)
FriendlyCrawler unknown (data sets)
Google-CloudVertexBot Google Cloud
Google-Extended Google (use of what Googlebot read)
GoogleOther Google (research)
GoogleOther-Image Google (research)
GoogleOther-Video Google (research)
GPTBot OpenAI
ICC-Crawler NICT, Japan
ImagesiftBot Hive (pictures)
img2dataset LAION and others (pictures)
laion-huggingface-processor LAION
LAIONDownloader LAION
meta-externalagent Meta
omgili Webz.io (sold data)
omgilibot Webz.io (sold data)
PanguBot Huawei
SBIntuitionsBot SoftBank
Timpibot Timpi
TikTokSpider ByteDance
VelenPublicWebCrawler Velen (data sets)
webzio-extended Webz.io (sold data)
"""
_ASSISTANT = """\
Amzn-User Amazon
ChatGPT-User OpenAI
Claude-User Anthropic
Claude-SearchBot Anthropic
DuckAssistBot DuckDuckGo
Gemini-Deep-Research Google
Google-NotebookLM Google
meta-externalfetcher Meta
MistralAI-User Mistral
OAI-SearchBot OpenAI
Perplexity-User Perplexity
PerplexityBot Perplexity
YouBot You.com
"""


def crawlers(*purposes: Purpose) -> tuple[Crawler, ...]:
    """Return the crawlers of these purposes, in the order of their names."""
    found = []
    for purpose, lines in ((Purpose.TRAINING, _TRAINING), (Purpose.ASSISTANT, _ASSISTANT)):
        for line in lines.splitlines() if purpose in purposes else ():
            name, _, operator = line.partition(" ")
            found.append(Crawler(name, operator, purpose))
    return tuple(sorted(found, key=lambda crawler: crawler.name.casefold()))
