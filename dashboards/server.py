"""The server: Streamlit's pages, and our own routes beside them. `labelduck dashboard` starts it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from routes import ROUTES

app = st.App(Path(__file__).with_name("app.py"), routes=ROUTES)
