"""Handouts: lessons and stories as HTML files for a room without Python, and paper to fill in.

Needs nothing but what trustsim itself needs: not Solara, not the internet.
"""

from trustsim.app.handouts.story_page import story_page
from trustsim.app.handouts.writing import (
    check_file,
    check_wanted,
    lessons_named,
    partnerships_of,
    write_lessons,
    write_page,
)

__all__ = [
    "check_file",
    "check_wanted",
    "lessons_named",
    "partnerships_of",
    "story_page",
    "write_lessons",
    "write_page",
]
