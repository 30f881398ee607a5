"""Random graphs are the same in every run, so that a failure can be repeated; a browser for pages without a network."""

import shutil

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser that runs until the tests end; without one on PATH, with its driver, tests that ask for it skip."""
    found, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("chromedriver")
    if not (found and driver):
        pytest.skip("no browser: install chromium (or Chrome) and chromedriver, and have them on PATH")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = found
    for flag in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield chrome
    chrome.quit()
