"""The server: Streamlit's pages, and our own routes beside them. `labelduck dashboard` starts it."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import streamlit as st

from labelduck.pictures import prune
from routes import ROUTES

Thread(target=prune, daemon=True).start()  # small copies of pictures do not pile up for ever
app = st.App(Path(__file__).with_name("app.py"), routes=ROUTES)
