from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.catalogue import KnowledgeBase, load
from knowledge.understanding import Understanding

CACHE = Path(__file__).parents[2] / "data" / "cache"  # shared with `hotline run`, so that the model is trained once


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def understanding(base: KnowledgeBase) -> Understanding:
    return Understanding.load(base, CACHE)
