"""A window of a browser that notes what goes wrong and who else is asked."""

from __future__ import annotations

from typing import Any

WRONG = "[data-testid=stException], [data-testid=stAlertContentError]"
IDLE = (
    "document.querySelector('[data-testid=stMain] h1') "
    "&& document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning' "
    "&& !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]')"
)
SEEN = (
    "[...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.frame img')?.naturalWidth)"
)
PATIENCE_MS = 240_000


class Window:
    """One window on a dashboard.

    Attributes:
        page: Its page, as Playwright gives it.
        problems: Errors of scripts, and requests to other machines.
    """

    def __init__(self, browser: Any, server: str, *, width: int = 1440, height: int = 900) -> None:
        self.server, self.problems = server, []
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self._note_elsewhere(request.url))

    def go(self, path: str) -> Any:
        """Open a page, and wait until it is drawn."""
        self.page.goto(f"{self.server}/{path}")
        settle(self.page)
        return self.page

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def _note_elsewhere(self, url: str) -> None:
        if not url.startswith((self.server, self.server.replace("http", "ws"), "data:", "blob:")):
            self.problems.append(f"asked {url}")


def settle(page: Any) -> None:
    """Wait until Streamlit has drawn the page."""
    page.wait_for_function(IDLE)
    page.wait_for_timeout(300)
    page.wait_for_function(IDLE)


def wrong(page: Any) -> list[str]:
    """Return the errors that a page shows."""
    return list(page.locator(WRONG).all_text_contents())
