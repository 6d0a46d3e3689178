"""How the page is looked at: on which screen, in which language, in which colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Browser, BrowserContext, Page

DESKTOP: Final = (1280, 800)
PHONE: Final = (390, 844)

Scheme = Literal["light", "dark", "forced"]


@dataclass(frozen=True)
class Look:
    """One way to look at the page. Every state is taken in each of the `schemes`."""

    name: str
    size: tuple[int, int]
    words: str
    schemes: tuple[Scheme, ...]

    @property
    def is_phone(self) -> bool:
        """Whether it is held in a hand."""
        return self.size == PHONE

    def open(self, browser: Browser) -> BrowserContext:
        """Return a context for it, that of a first visit."""
        width, height = self.size
        return browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2 if self.is_phone else 1,
            has_touch=self.is_phone,
            is_mobile=self.is_phone,
            locale=self.words,
            reduced_motion="reduce",
        )


LOOKS: Final = (
    Look("desktop", DESKTOP, "en", ("light", "dark", "forced")),
    Look("phone", PHONE, "en", ("light", "dark")),
    Look("desktop-ar", DESKTOP, "ar", ("light",)),
    Look("desktop-de", DESKTOP, "de", ("light",)),
    Look("phone-ar", PHONE, "ar", ("light",)),
    Look("phone-de", PHONE, "de", ("light",)),
)


def dress(page: Page, scheme: Scheme) -> None:
    """Give the page these colours."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if scheme == "forced" else "none",
    )
