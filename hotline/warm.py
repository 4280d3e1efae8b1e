"""`python -m hotline.warm FOLDER`: trains the model into a folder, so that the first start of an image need not."""

from __future__ import annotations

import sys
from pathlib import Path

from hotline.config import Config, KnowledgeConfig
from hotline.knowing import load_knowing

if __name__ == "__main__":
    load_knowing(Config(knowledge=KnowledgeConfig(cache_dir=Path(sys.argv[1]))))
