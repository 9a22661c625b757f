"""Self-contained HTML reports: pieces of a page, and the pages of a run and a comparison.

A page of your own:

>>> sources = Sources()
>>> answer = paragraph("Trust is slow.", sources.mark("slovic1993"))
>>> text = page("My study", section("Answer", answer), sources_section(sources))
>>> "http-equiv" in text or "<script" in text
False
"""

from trustsim.report.comparison import comparison_page
from trustsim.report.comparison_exhibits import comparison_figures, comparison_tables
from trustsim.report.doubt import doubt_section, doubt_text
from trustsim.report.exhibits import Figure, Table, figures_of, picture, tables_of
from trustsim.report.pieces import (
    Markup,
    Sources,
    bullets,
    code,
    element,
    figure,
    folded,
    joined,
    page,
    paragraph,
    section,
    sources_section,
    table,
)
from trustsim.report.run import drawing, footer_text, headlines, run_page, scenario_section
from trustsim.report.terminal import comparison_text, summary_text

__all__ = [
    "Figure",
    "Markup",
    "Sources",
    "Table",
    "bullets",
    "code",
    "comparison_figures",
    "comparison_page",
    "comparison_tables",
    "comparison_text",
    "doubt_section",
    "doubt_text",
    "drawing",
    "element",
    "figure",
    "figures_of",
    "folded",
    "footer_text",
    "headlines",
    "joined",
    "page",
    "paragraph",
    "picture",
    "run_page",
    "scenario_section",
    "section",
    "sources_section",
    "summary_text",
    "table",
    "tables_of",
]
