"""A translator's whole job, in a real browser."""

import os
import shutil
from pathlib import Path

import pytest

from tests.serve.conftest import serving
from tests.serve.scripted import ANSWERS, SOURCE, ScriptedEngine

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
CHROMIUM = os.environ.get("BAYLING_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
sync_api.expect.set_options(timeout=60_000)  # a busy machine is no fault
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def workplace():
    with serving(ScriptedEngine(), pages=True) as running:
        yield running


@pytest.fixture
def page(browser, workplace):
    """A fresh browser at the workspace. Whatever it asks for is on our server, and it has no fault."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, accept_downloads=True, locale="en-GB"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    faults, addresses = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if _wrong(message) else None)
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(workplace.url)
    sync_api.expect(page.locator("#to option")).to_have_count(4)
    page.select_option("#to", "de")
    yield page
    assert not faults
    assert all(address.startswith((workplace.url, "data:", "blob:")) for address in addresses)
    context.close()


def _wrong(message):
    return message.type == "error" and "Failed to load resource" not in message.text  # which a test may want


def expect(page, what):
    return sync_api.expect(page.locator(what))


@pytest.mark.parametrize(
    ("own", "target"), [("zh-CN", "zh-Hans"), ("ar-EG", "ar"), ("en-GB", "de"), ("fr", "de")]
)
def test_it_begins_with_the_browsers_language(browser, workplace, own: str, target: str) -> None:
    with browser.new_context(locale=own) as context:
        page = context.new_page()
        page.goto(workplace.url)
        sync_api.expect(page.locator("#to")).to_have_value(target)


def translate(page, text=SOURCE):
    page.fill("#source", text)
    page.keyboard.press("Control+Enter")
    expect(page, "#list li").to_have_count(1)


def ask(page, request):
    before = page.locator("#list li").count()
    page.keyboard.press("Escape")
    page.fill("#request", request)
    page.keyboard.press("Enter")
    expect(page, "#list li").to_have_count(before + 1)


def test_a_whole_job(page, tmp_path: Path):
    translate(page)
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#unmet li").to_have_text(["the number 30 is missing"])
    page.click("#chips >> text=More formal")
    expect(page, "#target").to_have_text(ANSWERS["formal"])
    expect(page, "#unmet li").to_have_count(0)
    ask(page, "Nimm bitte das Wort Akku")
    expect(page, "#list li:nth-child(3) ins").to_have_text(["Der", "Akku", "ihn"])
    expect(page, "#list li:nth-child(3) del").to_have_text(["Die", "Batterie", "sie"])

    page.locator("#target").focus()
    page.keyboard.press("Control+z")
    expect(page, "#target").to_have_text(ANSWERS["formal"])
    page.keyboard.press("Control+Shift+z")
    expect(page, "#target").to_have_text(ANSWERS["Akku"])
    page.click("#list li:nth-child(1) button")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    page.keyboard.press("Alt+ArrowDown")
    expect(page, "#list [aria-current] b").to_have_text("Make it more formal.")

    page.click("#tab-glossary")
    page.locator("#terms input").nth(0).fill("battery")
    page.locator("#terms input").nth(1).fill("Akku")
    page.keyboard.press("Tab")
    page.click("#terms button[aria-label='Use now']")
    expect(page, "#target").to_have_text(ANSWERS["Akku"])

    page.click("#tab-document")
    document = tmp_path / "notes.txt"
    document.write_text(f"{SOURCE}\n\nTranslate it formal\n", encoding="utf-8")
    page.set_input_files("#file", str(document))
    with page.expect_download() as downloaded:
        page.click("#files >> text=Download")
    assert downloaded.value.suggested_filename == "notes.de.txt"
    made = Path(downloaded.value.path()).read_text(encoding="utf-8").splitlines()
    assert made == [ANSWERS["Akku"], "", ANSWERS["formal"]]

    page.reload()
    expect(page, "#target").to_have_text(ANSWERS["Akku"])
    expect(page, "#list li").to_have_count(4)
    expect(page, "#to").to_have_value("de")
    expect(page, "#source").to_have_value(SOURCE)
    page.click("#undo")
    expect(page, "#target").to_have_text(ANSWERS["formal"])
    page.click("#tab-glossary")
    assert page.locator("#terms input").nth(1).input_value() == "Akku"


def test_other_words_for_a_phrase_and_a_change_by_hand(page):
    translate(page, f"{SOURCE} Akku")
    page.evaluate(
        """() => {
            const text = document.querySelector("#target").firstChild;
            getSelection().setBaseAndExtent(text, 4, text, 8);
            document.querySelector("#target").dispatchEvent(new MouseEvent("mouseup"));
        }"""
    )
    page.click("#popover >> text=Other words")
    page.click("#popover >> text=Speicher")
    expect(page, "#target").to_contain_text("Der Speicher ist leer.")
    page.locator("#target").focus()
    page.keyboard.press("e")
    page.fill("#by-hand", "Der Speicher ist alle.")
    page.keyboard.press("Control+Enter")
    expect(page, "#list li:nth-child(3) b").to_have_text("By hand")
    expect(page, "#target").to_have_text("Der Speicher ist alle.")


def test_right_to_left(page):
    translate(page)
    page.select_option("#to", "ar")
    expect(page, "#target").to_have_text(ANSWERS["Arabic"])
    expect(page, "#target").to_have_css("direction", "rtl")
    expect(page, "#source").to_have_css("direction", "ltr")


def test_markup_in_a_translation_is_shown_as_text(page):
    page.on("dialog", lambda dialog: pytest.fail("a script of the translation has run"))
    translate(page, f"{SOURCE} <script>")
    expect(page, "#target").to_have_text(ANSWERS["<script>"])
    expect(page, "#list .words").to_have_text(ANSWERS["<script>"])
    assert page.locator("#target *, #list img, #list script").count() == 0
    assert page.title() == "Bayling"


def test_another_text_keeps_the_one_before(page):
    translate(page)
    page.click("#new")
    expect(page, "#target").to_be_empty()
    translate(page, "Another one is formal")
    page.click("#tab-earlier")
    page.click("#kept button")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    assert page.input_value("#source") == SOURCE


def test_a_phone_and_the_dark(page):
    translate(page)
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_a_fault_is_told_and_the_session_stands(page, workplace):
    translate(page)
    page.route("**/v1/revise", lambda route: route.abort())
    page.click("#chips >> text=Shorter")
    expect(page, "#fault").to_contain_text("does not answer")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])


def test_a_key_is_asked_for(browser):
    with serving(ScriptedEngine(), pages=True, keys=frozenset({"secret"})) as locked:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(locked.url)
        for wrong in ("wrong", "ключ"):  # the second as the wrong layout of a keyboard makes it
            page.fill("#key", wrong)
            with page.expect_response("**/v1/languages") as told:
                page.keyboard.press("Enter")
            assert told.value.status == 401
            expect(page, "#key-fault").to_be_visible()
        page.fill("#key", "secret")
        page.keyboard.press("Enter")
        sync_api.expect(page.locator("#to option")).to_have_count(4)
        page.close()
        page = browser.new_page()
        page.goto(locked.url)
        expect(page, "#keys").to_be_visible()
        page.keyboard.press("Escape")
        expect(page, "#fault").to_contain_text("Without a key")
        page.close()


def test_the_page_of_the_api(browser, workplace):
    page = browser.new_page()
    page.goto(f"{workplace.url}/docs")
    page.click("summary:has-text('/v1/translate')")
    sync_api.expect(page.locator("details[open] td").first).to_have_text("text *")
    page.close()


def test_words_are_chosen_and_replaced_by_the_keyboard_alone(page):
    translate(page, f"{SOURCE} Akku")
    page.locator("#target").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("getSelection().toString().trim()") == "Akku"
    page.keyboard.press("Tab")
    expect(page, "#popover button >> nth=0").to_be_focused()
    page.keyboard.press("Enter")
    expect(page, "#popover button >> nth=0").to_have_text("Speicher")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page, "#target").to_contain_text("Der Speicher ist leer.")
    page.locator("#source").focus()
    page.keyboard.press("Control+Home")
    for _ in range(11):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page, "#popover >> text=Add to the glossary").to_be_focused()
    page.keyboard.press("Escape")
    expect(page, "#popover").to_be_hidden()
    expect(page, "#source").to_be_focused()


def test_escape_closes_a_dialog_and_keys_do_nothing_behind_it(page):
    translate(page)
    page.locator("#target").focus()
    page.keyboard.press("?")
    expect(page, "#keyboard").to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    expect(page, "#keyboard").to_be_hidden()
    expect(page, "#by-hand").to_be_hidden()


def test_a_glossary_goes_out_and_comes_in_with_the_columns_that_its_first_line_names(page, tmp_path: Path):
    page.click("#tab-glossary")
    path = tmp_path / "terms.tsv"
    path.write_text("ar\tde\ten\nمستشعر\tFühler\tsensor\nبطارية\t\tbattery\n", encoding="utf-8")
    page.set_input_files("#terms-file", str(path))
    expect(page, "#terms-told").to_have_text(
        "1 terms taken; 0 were there already, 1 lines have no translation."
    )
    page.select_option("#from", "en")
    page.set_input_files("#terms-file", str(path))
    expect(page, "#terms tr").to_have_count(3)
    assert page.locator("#terms input").nth(2).input_value() == "sensor"
    with page.expect_download() as downloaded:
        page.click("#terms-export")
    page.select_option("#from", "")
    page.set_input_files("#terms-file", str(downloaded.value.path()))
    expect(page, "#terms-told").to_contain_text("0 terms taken; 2 were there already")
    page.select_option("#to", "zh-Hans")
    page.set_input_files("#terms-file", str(path))
    expect(page, "#fault").to_contain_text("its first line names ar, de, en, not the language")
    path.write_bytes("Fühler\tsensor\n".encode("latin-1"))
    page.set_input_files("#terms-file", str(path))
    expect(page, "#fault").to_contain_text("not UTF-8")


def test_a_glossary_may_have_countries_notes_and_languages_that_the_model_is_not_for(page):
    page.select_option("#from", "en")
    page.click("#tab-glossary")

    def told(content, where="#terms-told"):
        file = {"name": "terms.tsv", "mimeType": "text/tab-separated-values", "buffer": content.encode()}
        page.set_input_files("#terms-file", files=[file])
        return expect(page, where)

    for content, count in (
        ("en\tfr\tde\nbattery\tbatterie\tAkku\n", 1),
        ("en_US\tde_DE\tnote\nscrew\tSchraube\tx\n", 2),
        ("German\tnote\tEnglish\nTür\tx\tdoor\n", 3),
        ("sensor\tFühler\n", 4),
    ):
        told(content).to_contain_text("1 terms taken; 0 were there already, 0 lines")
        expect(page, "#terms tr").to_have_count(count + 1)
        page.evaluate("document.getElementById('terms-told').textContent = ''")
    kept = page.evaluate("JSON.parse(localStorage.bayling).glossaries.de.map((t) => [t.source, t.target])")
    assert kept == [["battery", "Akku"], ["screw", "Schraube"], ["door", "Tür"], ["sensor", "Fühler"]]
    told("en\tfr\nbattery\tbatterie\n", "#fault").to_contain_text(
        "its first line names en, fr, not the language"
    )
    expect(page, "#terms tr").to_have_count(5)


def test_keys_do_nothing_to_a_text_that_is_not_in_sight(page):
    translate(page)
    page.click("#tab-document")
    for key in ("Control+Enter", "Alt+ArrowUp", "e", "/"):
        page.keyboard.press(key)
    page.keyboard.press("?")
    expect(page, "#keyboard").to_be_visible()
    page.keyboard.press("Escape")
    page.click("#tab-text")
    expect(page, "#by-hand").to_be_hidden()
    expect(page, "#list li").to_have_count(1)


def test_a_text_that_is_opened_while_another_is_asked_for_is_not_lost(page):
    translate(page)
    page.click("#new")
    translate(page, "Another one is formal")
    page.route("**/v1/revise", lambda route: None)  # never answered
    page.click("#chips >> text=Shorter")
    page.click("#tab-earlier")
    page.click("#kept button")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#translate").to_have_text("Translate")
    page.click("#tab-earlier")
    expect(page, "#kept li").to_have_count(1)
    expect(page, "#kept .words >> nth=0").to_have_text("Another one is formal")


def test_the_changes_of_a_long_text_are_in_sight(page):
    translate(page)
    long = "Noch ein Satz. " * 100
    for text in (long, f"{long}Ende."):
        page.click("#edit")
        page.fill("#by-hand", text)
        page.keyboard.press("Control+Enter")
    expect(page, "#list li:nth-child(3) ins").to_have_text("Ende.")
    words = page.locator("#list li:nth-child(3) .words").inner_text()
    assert words.strip().startswith("…") and words.endswith("Satz. Ende.") and len(words) < 80


def test_a_change_that_changes_nothing_says_so(page):
    translate(page)
    ask(page, "More formal, please.")
    expect(page, "#list li:nth-child(2) ins").not_to_have_count(0)
    ask(page, "Again more formal.")
    expect(page, "#list li:nth-child(3) .words").to_have_text("unchanged")


def test_a_translation_is_copied_without_a_clipboard_and_exported(page, tmp_path: Path):
    translate(page)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.click("#copy")
    expect(page, "#state").to_have_text("copied")
    page.click("#export")
    with page.expect_download() as downloaded:
        page.click("#popover >> text=TMX")
    assert downloaded.value.suggested_filename == "translation.tmx"
    assert ANSWERS["Translate"] in Path(downloaded.value.path()).read_text(encoding="utf-8")
    page.click("#export")
    with page.expect_download() as downloaded:
        page.click("#popover >> text=Session")
    session = tmp_path / "session.json"
    downloaded.value.save_as(session)
    page.click("#new")
    page.click("#tab-earlier")
    page.set_input_files("#session-file", str(session))
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    session.write_text("no session", encoding="utf-8")
    page.set_input_files("#session-file", str(session))
    expect(page, "#fault").to_contain_text("session.json is no session")


def test_a_document_shows_what_to_look_at(page, tmp_path: Path):
    page.click("#tab-document")
    document = tmp_path / "notes.txt"
    document.write_text(f"{SOURCE}\n", encoding="utf-8")
    page.set_input_files("#file", str(document))
    expect(page, "#files [role=status]").to_have_text("1 segments, 1 to look at")
    page.click("#files summary")
    expect(page, "#files details b").to_have_text("the number 30 is missing")


def test_a_browser_that_keeps_nothing_is_told_of_and_works(browser, workplace):
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    )
    page.goto(workplace.url)
    sync_api.expect(page.locator("#to option")).to_have_count(4)
    page.select_option("#to", "de")
    translate(page)
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#unsaved").to_be_visible()
    page.close()


def test_texts_have_the_direction_of_their_language_even_where_they_begin_with_another(page):
    page.select_option("#to", "ar")
    translate(page, f"{SOURCE} Arabic")
    expect(page, "#list .words").to_have_css("direction", "rtl")
    expect(page, "#list .words").to_have_attribute("dir", "rtl")
    page.route("**/v1/revise", lambda route: None)
    page.select_option("#to", "de")
    expect(page, "#target").to_have_css("direction", "ltr")
    expect(page, "#target").to_have_attribute("aria-busy", "true")


def test_what_is_written_by_hand_is_kept_before_a_change_and_before_another_text(page):
    translate(page)
    page.click("#edit")
    page.fill("#by-hand", "Von Hand um 8:30 am 12.")
    page.click("#chips >> text=More formal")
    expect(page, "#list li b").to_have_text(["Translation", "By hand", "Make it more formal."])
    page.click("#edit")
    page.fill("#by-hand", "Noch eine von Hand um 8:30 am 12.")
    page.route("**/v1/step", lambda route: route.abort())
    page.click("#new")
    expect(page, "#fault").to_contain_text("does not answer")
    expect(page, "#by-hand").to_have_value("Noch eine von Hand um 8:30 am 12.")
    page.unroute("**/v1/step")
    page.click("#new")
    expect(page, "#target").to_be_empty()
    page.click("#tab-earlier")
    expect(page, "#kept .note").to_have_text("Noch eine von Hand um 8:30 am 12.")


def write_term(page, source, target):
    page.locator("#terms tr:last-child input").nth(0).fill(source)
    page.locator("#terms tr:nth-last-child(2) input").nth(1).fill(target)
    page.keyboard.press("Tab")


def test_terms_are_in_force_for_translations_into_their_own_language(page, tmp_path: Path):
    def glossary():
        terms = page.evaluate("import('/pages/state.js').then((state) => state.sent().glossary)")
        return {(term["target"], term["lang"]) for term in terms}

    page.click("#tab-glossary")
    page.select_option("#to", "ar")
    write_term(page, "empty", "خالية")
    page.select_option("#to", "de")
    translate(page)
    assert glossary() == {("خالية", "ar")}
    page.select_option("#to", "ar")
    expect(page, "#unmet li").to_contain_text(["خالية"])
    page.click("#tab-revisions")
    page.click("#list li:nth-child(1) button")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    page.click("#tab-glossary")
    write_term(page, "battery", "بطارية")
    assert glossary() == {("خالية", "ar"), ("بطارية", "ar")}
    page.locator("#terms button[aria-label='Use now']").nth(0).click()
    expect(page, "#fault").to_contain_text("not into Arabic")
    page.click("#chips >> text=More formal")
    expect(page, "#target").to_have_text(ANSWERS["formal"])
    expect(page, "#unmet li").to_have_count(0)
    page.click("#export")
    with page.expect_download() as downloaded:
        page.click("#popover >> text=Session")
    session = tmp_path / "session.json"
    downloaded.value.save_as(session)
    for remove in page.locator("#terms button[aria-label='Remove']").all()[::-1]:
        remove.click()
    assert glossary() == set()
    page.click("#tab-earlier")
    page.set_input_files("#session-file", str(session))
    expect(page, "#tab-revisions").to_have_attribute("aria-selected", "true")
    assert glossary() == {("خالية", "ar"), ("بطارية", "ar")}


def test_two_tabs_lose_nothing_of_each_other(page, workplace):
    translate(page)
    other = page.context.new_page()
    other.goto(workplace.url)
    sync_api.expect(other.locator("#to option")).to_have_count(4)
    page.click("#tab-glossary")
    write_term(page, "battery", "Akku")
    other.click("#tab-glossary")
    sync_api.expect(other.locator("#terms input").nth(1)).to_have_value("Akku")
    other.click("#new")
    other.fill("#source", "Another text")
    other.reload()
    sync_api.expect(other.locator("#source")).to_have_value("Another text")
    page.reload()
    expect(page, "#source").to_have_value(SOURCE)
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    page.click("#tab-glossary")
    assert page.locator("#terms input").nth(1).input_value() == "Akku"
    translate(other, "Another text")
    ask(page, "More formal, please.")
    other.fill("#source", "Another text.")  # this tab saves last
    page.close()
    other.close()
    third = page.context.new_page()
    third.goto(workplace.url)
    third.click("#tab-earlier")
    sync_api.expect(third.locator("#kept .note")).to_have_text([ANSWERS["Akku"]])
    third.click("#kept button")
    sync_api.expect(third.locator("#list li")).to_have_count(2)
    third.click("#tab-earlier")
    sync_api.expect(third.locator("#kept .note")).to_have_text(["not translated yet", ANSWERS["Translate"]])
    third.close()


def test_the_language_that_is_chosen_after_another_was_recognised_is_translated_from(page):
    translate(page)
    page.select_option("#from", "ar")
    with page.expect_request("**/v1/translate") as asked:
        page.click("#translate")
    assert asked.value.post_data_json["source"] == "ar"
    with page.expect_request("**/v1/revise"):  # as it is now, so only another translation is wanted
        expect(page, "#translate").to_have_text("Translate")
        page.click("#translate")


def test_what_is_written_by_hand_outlives_a_reload_and_an_escape_of_the_input_method(page):
    translate(page)
    page.click("#edit")
    page.fill("#by-hand", "Von Hand um 8:30 am 12.")
    page.evaluate(
        """() => document.querySelector("#by-hand").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true }))"""
    )
    expect(page, "#by-hand").to_be_visible()
    page.reload()
    expect(page, "#by-hand").to_have_value("Von Hand um 8:30 am 12.")
    page.keyboard.press("Escape")
    expect(page, "#target").to_be_focused()
    page.reload()
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#by-hand").to_be_hidden()
    page.click("#edit")  # which goes on where Escape left it
    expect(page, "#by-hand").to_have_value("Von Hand um 8:30 am 12.")
    page.click("#list button")
    expect(page, "#list b").to_have_text(["Translation", "By hand"])
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#list button >> nth=0").to_be_focused()
    page.click("#edit")
    expect(page, "#by-hand").to_have_value(ANSWERS["Translate"])
    page.fill("#by-hand", "Noch eine von Hand um 8:30 am 12.")
    page.keyboard.press("Alt+ArrowUp")
    expect(page, "#list b").to_have_text(["Translation", "By hand", "By hand"])
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    expect(page, "#undo").to_have_attribute("aria-disabled", "true")
    expect(page, "#undo").to_be_focused()


def test_keys_that_are_pressed_before_the_server_answers_all_count(page):
    translate(page)
    ask(page, "More formal, please.")
    ask(page, "Nimm bitte das Wort Akku")
    late = []
    page.route("**/v1/step", lambda route: route.continue_() if late else late.append(route))
    page.locator("#target").focus()
    with page.expect_request("**/v1/step"):
        page.keyboard.press("Control+z")
    for _ in range(3):  # of which two have nothing to undo
        page.keyboard.press("Control+z")
    late[0].continue_()
    expect(page, "#undo").to_have_attribute("aria-disabled", "true")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    expect(page, "#fault").to_be_hidden()


def test_of_two_sessions_of_one_text_both_are_kept(page, tmp_path: Path):
    translate(page)
    page.click("#export")
    with page.expect_download() as downloaded:
        page.click("#popover >> text=Session")
    session = tmp_path / "session.json"
    downloaded.value.save_as(session)
    ask(page, "More formal, please.")
    page.click("#tab-earlier")
    page.set_input_files("#session-file", str(session))
    expect(page, "#list li").to_have_count(1)
    page.click("#new")
    expect(page, "#kept .note").to_have_text([ANSWERS["Translate"], ANSWERS["formal"]])


def test_an_answer_that_comes_late_replaces_no_other_text(page):
    translate(page)
    page.click("#new")
    translate(page, "Another one is formal")
    ask(page, "shorter, please")
    late = []
    page.route("**/v1/step", lambda route: late.append(route))
    page.click("#undo")
    page.click("#tab-earlier")
    page.click("#kept button")
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    with page.expect_response("**/v1/step"):
        late[0].continue_()
    page.reload()
    expect(page, "#target").to_have_text(ANSWERS["Translate"])
    page.click("#tab-earlier")
    expect(page, "#kept li").to_have_count(1)


def test_a_text_is_kept_while_the_next_one_is_asked_for(page):
    translate(page)
    page.route("**/v1/translate", lambda route: None)
    page.fill("#source", "Another one")
    page.click("#translate")
    expect(page, "#translate").to_have_text("Stop")
    assert page.evaluate("JSON.parse(localStorage.bayling).earlier.length") == 1


def test_a_document_whose_answer_breaks_off_says_so(page, tmp_path: Path):
    begun = 'event: progress\ndata: {"done": 1, "total": 9}\n\n'
    page.route("**/v1/documents", lambda route: route.fulfill(content_type="text/event-stream", body=begun))
    page.click("#tab-document")
    document = tmp_path / "notes.txt"
    document.write_text(SOURCE, encoding="utf-8")
    page.set_input_files("#file", str(document))
    expect(page, "#files [role=status]").to_have_text("The server stopped in the middle of the answer.")
    expect(page, "#files button").to_have_count(0)


def test_a_text_that_was_typed_and_not_translated_is_not_lost(page):
    page.select_option("#from", "en")
    translate(page)
    page.fill("#source", "A text that is pasted")
    page.select_option("#to", "ar")  # translates nothing: the translation is that of another text
    page.select_option("#to", "de")
    page.click("#swap")
    expect(page, "#target").to_be_empty()
    expect(page, "#source").to_have_value("A text that is pasted")
    expect(page, "#from").to_have_value("de")
    page.click("#tab-earlier")
    page.click("#kept button")
    expect(page, "#list li").to_have_count(1)
    page.click("#tab-earlier")
    expect(page, "#kept .words >> nth=0").to_have_text("A text that is pasted")
    page.click("#kept button")
    expect(page, "#source").to_have_value("A text that is pasted")
    page.click("#new")
    page.click("#tab-earlier")
    expect(page, "#kept .note").to_have_text(["not translated yet", ANSWERS["Translate"]])


def test_of_a_large_glossary_the_terms_go_along_that_the_text_may_have(page):
    page.click("#tab-glossary")
    lines = [f"word{n}\tWort{n}\n" for n in range(1_100)] + [f"far\t{'x' * 201}\n", "BATTERY\tAkku\n"]
    file = {"name": "terms.tsv", "mimeType": "text/tab-separated-values", "buffer": "".join(lines).encode()}
    page.set_input_files("#terms-file", files=[file])
    expect(page, "#terms-told").to_have_text(
        "1101 terms taken; 0 were there already, 0 lines have no translation."
        " Not taken, because a term has at most 200 characters: line 1101."
    )
    with page.expect_request("**/v1/translate") as asked:
        translate(page)
    battery = {"source": "BATTERY", "target": "Akku"}
    assert asked.value.post_data_json["glossary"] == [battery]
    page.locator("#terms tr:last-child input").nth(0).fill("Émpty")
    page.locator("#terms tr:nth-last-child(2) input").nth(1).fill("leer")
    page.fill("#request", "More formal, please.")
    with page.expect_request("**/v1/revise") as asked:
        page.keyboard.press("Control+Enter")  # sends the request, with what was typed a moment ago
    assert asked.value.post_data_json["request"] == "More formal, please."
    given = asked.value.post_data_json["session"]["glossary"]
    assert [(term["source"], term["lang"]) for term in given] == [("BATTERY", "de"), ("Émpty", "de")]


def test_a_session_that_is_longer_than_a_request_goes_on(page):
    translate(page)
    size = page.evaluate(
        """async () => {
            const session = (await import("/pages/state.js")).sessionNow();
            const text = (at) => `Ende ${at + 1}. ${"Noch ein Satz. ".repeat(5000)}`;
            session.revisions = Array.from({ length: 75 }, (_, at) =>
                ({ ...session.revisions[0], number: at + 1, parent: at || null, text: text(at) }));
            session.current = session.tip = 75;
            const files = new DataTransfer();
            const content = JSON.stringify(session);
            files.items.add(new File([content], "session.json"));
            document.querySelector("#session-file").files = files.files;
            document.querySelector("#session-file").dispatchEvent(new Event("change"));
            return content.length;
        }"""
    )
    assert size > 5 * 2**20
    expect(page, "#list li").to_have_count(75)
    page.click("#list li:nth-child(2) button")
    expect(page, "#target").to_contain_text("Ende 2.")
    page.click("#edit")
    page.fill("#by-hand", "Von Hand um 8:30 am 12.")
    page.keyboard.press("Control+Enter")
    expect(page, "#list li:nth-child(76) ins").not_to_have_count(0)
    page.click("#export")
    with page.expect_download():
        page.click("#popover >> text=TSV")
    page.click("#chips >> text=More formal")
    expect(page, "#list li:nth-child(77) b").to_have_text("Make it more formal.")
    kept = page.evaluate(
        """async () => (await import("/pages/state.js")).sessionNow().revisions.map(({ text }) => text.slice(0, 8))"""
    )
    assert kept == [f"Ende {n}. "[:8] for n in range(1, 76)] + ["Von Hand", ANSWERS["formal"][:8]]
    # The browser has no room for it, and removes no other text unasked.
    expect(page, "#unsaved").to_be_visible()
    page.click("#tab-earlier")
    expect(page, "#kept li").to_have_count(1)
    page.click("#room")
    expect(page, "#kept li").to_have_count(0)
