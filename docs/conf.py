"""The site: `make docs` builds it into build/html, offline, and any warning is an error."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pages

from stagelens.version import __version__

project = "stagelens"
author = "the stagelens contributors"
copyright = "the stagelens contributors, MIT licence"
release = version = __version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_nb", "sphinx_design"]
exclude_patterns = ["pages/*"]
templates_path = ["_templates"]
default_role = "py:obj"
highlight_language = "text"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autosummary_generate = False
numpydoc_show_class_members = False

myst_enable_extensions = ["colon_fence", "attrs_inline", "attrs_block"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks are run by their own test; the site shows what they gave
nb_ipywidgets_js = {}  # nothing from outside

html_theme = "pydata_sphinx_theme"
html_title = "stagelens"
html_static_path = ["_static"]
html_css_files = ["stagelens.css"]
html_favicon = "_static/icon.svg"
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": [], "tutorial": []}
html_theme_options = {
    "logo": {"text": "stagelens", "image_light": "_static/logo.svg", "image_dark": "_static/logo-dark.svg", "alt_text": "stagelens, to the first page"},
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "show_toc_level": 2,
    "show_prev_next": True,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["credit"],
    "footer_end": ["sphinx-version"],
}


def setup(app: "object") -> None:
    """Make the pages that are made from the program, and mend links that lead out of docs/."""
    app.connect("config-inited", lambda app, _: pages.write(Path(app.srcdir)))
    app.connect("source-read", pages.read)
