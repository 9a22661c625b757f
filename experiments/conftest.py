"""Experiments import their neighbours by the names of their folders."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
