from __future__ import annotations

import pytest

from knowledge.catalogue import KnowledgeBase, load
from knowledge.understanding import Understanding
from tests.conftest import MODEL_CACHE


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def understanding(base: KnowledgeBase) -> Understanding:
    return Understanding.load(base, MODEL_CACHE)
