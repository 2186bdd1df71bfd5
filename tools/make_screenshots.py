"""Make docs/workspace*.png, a real model's work as the workspace shows it in Chromium, and docs/quickstart.png.

    python tools/make_screenshots.py http://127.0.0.1:8000 [--chromium /usr/bin/chromium]
    python tools/make_screenshots.py runs/quickstart/report.html

The address is that of `bayling serve --ui` with the quickstart's model. PNGs get a palette, to be small.
"""

import argparse
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

SOURCE = "The battery of the sensor is low. Please replace it within 14 days."
DOCS = Path(__file__).parent.parent / "docs"
LIMIT = 200_000


def photograph(page: Page, name: str) -> None:
    """Write the page as it is seen."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(300)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    path = DOCS / f"{name}.png"
    image.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path}: {size} bytes")
    assert size < LIMIT


def wait_for(page: Page, revisions: int) -> None:
    page.wait_for_selector(f"#list li:nth-child({revisions})", timeout=60_000)
    page.wait_for_selector("#made:not(.busy)")


def work(page: Page, address: str) -> None:
    """Translate, use a term of the glossary, change by hand, translate into another language."""
    page.goto(address)
    page.wait_for_selector("#to option >> nth=2", state="attached")
    page.select_option("#to", "de")
    page.fill("#source", SOURCE)
    page.keyboard.press("Control+Enter")
    wait_for(page, 1)
    page.click("#tab-glossary")
    page.locator("#terms input").nth(0).fill("sensor")
    page.locator("#terms input").nth(1).fill("Fühler")
    page.keyboard.press("Tab")
    page.click("#terms button[aria-label='Use now']")
    page.click("#tab-revisions")
    wait_for(page, 2)
    page.click("#edit")
    page.fill("#by-hand", page.input_value("#by-hand").replace("niedrig", "fast leer"))
    page.click("#edit")
    wait_for(page, 3)
    page.fill("#request", "Und nun auf Spanisch.")
    page.keyboard.press("Enter")
    wait_for(page, 4)
    page.click("#list li:nth-child(3) button")


def photograph_workspace(browser: Browser, address: str) -> None:
    """Write it light, dark and on a phone."""
    page = browser.new_page(viewport={"width": 1200, "height": 620}, locale="en-GB")
    work(page, address)
    photograph(page, "workspace")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.click("#tab-glossary")
    photograph(page, "workspace-dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.click("#tab-revisions")
    page.set_viewport_size({"width": 390, "height": 780})
    photograph(page, "workspace-phone")


def photograph_report(browser: Browser, report: Path) -> None:
    """Write the beginning of a run's report, to the end of its first plots."""
    page = browser.new_page(viewport={"width": 985, "height": 1030}, locale="en-GB")
    page.goto(report.resolve().as_uri())
    photograph(page, "quickstart")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", help="the workspace's address, or a report's file")
    options.add_argument("--chromium", default="/usr/bin/chromium")
    given = options.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        if "://" in given.what:
            photograph_workspace(browser, given.what)
        else:
            photograph_report(browser, Path(given.what))
        browser.close()


if __name__ == "__main__":
    main()
