"""The component that shows pictures and takes decisions; its code lies in components/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path(__file__).with_name("components")
_PARTS = ("frame.js", "sitting.js", "cards.js", "main.js")


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "labelduck_pictures",
        html='<div class="labelduck" tabindex="-1"></div>\n',
        css=(_FOLDER / "pictures.css").read_text(encoding="utf-8"),
        js="\n".join((_FOLDER / part).read_text(encoding="utf-8") for part in _PARTS),
    )


def show(data: dict[str, Any], *, key: str) -> Any:  # noqa: ANN401 - the component's own result
    """Show a sitting; its result has `next` (more is wanted) and `n_decided`."""
    return _component()(
        data=data, key=key, on_next_change=lambda: None, on_n_decided_change=lambda: None, height="content"
    )
