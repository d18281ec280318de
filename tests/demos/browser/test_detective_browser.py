"""The detective's game, the room and the reverse role in a browser, against an app that serves tiny weights."""

from __future__ import annotations

from typing import Any

from browsing import Watched, needs_chromium

pytestmark = needs_chromium


def opened(browser: Any, url: str, **options: Any) -> Watched:
    watched = Watched(browser, f"{url}#detective", **options)
    watched.page.wait_for_selector("#detective_game .zoo-case", state="visible")
    for part in ("game .zoo-case", "room .zoo-room", "pass .zoo-pass"):
        watched.page.wait_for_selector(f"#detective_{part}[data-ready]", state="attached")
    return watched


def test_a_game_with_the_keyboard(browser: Any, url: str) -> None:
    watched = opened(browser, url)
    page = watched.page
    page.click("#detective_game [data-do=go]")
    answers = []
    for number in range(20):
        page.wait_for_selector(".zoo-case[data-phase=judging]")
        picture = page.get_attribute(".zoo-case > figure img", "src")
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.wait_for_selector(".zoo-case[data-phase=told]")
        assert page.get_attribute(".zoo-case > figure img", "src") == picture, "it is still there to be looked at"
        answers.append(page.get_attribute(".zoo-case", "data-right") == "true")
        page.keyboard.press("ArrowLeft")  # too late: it counts nothing
        page.keyboard.press("Enter")
    page.wait_for_selector(".zoo-case[data-phase=over]")
    assert page.inner_text(".zoo-case .mine") == str(sum(answers))
    assert page.locator("#detective_game .zoo-case-end figure").count() == 20 - sum(answers)
    assert page.is_visible("#detective_game .zoo-case-end h3")
    page.keyboard.press("Enter")
    page.wait_for_selector(".zoo-case[data-phase=judging]")
    assert page.inner_text(".zoo-case .mine") == "0"
    watched.close(url)


def on_a_projector(page: Any) -> None:
    """Whoever leads a room in presenter mode sees the picture, what it was and the next button at once, above the bar."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate("document.dispatchEvent(new CustomEvent('zoo-present', { detail: ['detective.detective_room'] }))")
    page.wait_for_selector(".zoo-talk[data-alone]")
    page.wait_for_selector("#tab_detective .zoo-stage[data-on-stage] .zoo-room", state="visible")
    page.wait_for_function("scrollY === 0")
    edge = page.locator(".zoo-talk").bounding_box()["y"]
    for part in (".zoo-room-case > figure img", ".truth", ".says", "[data-do=next]", "[data-do=end]"):
        box = page.locator(f"#detective_room {part}").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= edge, (part, box, edge)
    assert page.locator("#detective_room .zoo-room-case > figure img").bounding_box()["height"] > 500
    page.click(".zoo-talk .end")
    page.wait_for_selector(".zoo-header", state="visible")


def test_a_room_from_the_door_to_the_end(browser: Any, url: str) -> None:
    watched = opened(browser, url, language="ja")
    page = watched.page
    page.click("#detective_room [data-do=open]")
    page.wait_for_selector(".zoo-room[data-phase=lobby]")
    code = page.inner_text("#detective_room .code")
    page.wait_for_function("document.querySelector('#detective_room .qr').naturalWidth > 0")
    phone = Watched(browser, f"{url}detective/room", width=390)
    phone.page.fill("[name=code]", code.lower())
    phone.page.click("form button")
    phone.page.wait_for_selector("main", state="visible")
    page.click("#detective_room [data-do=next]")
    phone.page.wait_for_selector(".choice", state="visible")
    phone.page.click("[data-says=forged]")
    phone.page.wait_for_selector('.choice[data-said="false"]')
    assert not phone.page.inner_text(".told"), "nobody knows before it is shown"
    phone.page.reload()  # who comes back is who they were
    phone.page.wait_for_selector('.choice[data-said="false"]')
    page.reload()
    page.wait_for_selector(".zoo-room[data-phase=voting]")
    page.wait_for_function("/1人中1人/.test(document.querySelector('#detective_room .votes').textContent)")
    page.click("#detective_room [data-do=show]")
    page.wait_for_selector(".zoo-room[data-phase=shown]")
    assert page.inner_text("[data-side=forged] b") == "1" and page.inner_text("[data-side=real] b") == "0"
    phone.page.wait_for_function("document.querySelector('.told').textContent")
    on_a_projector(page)
    page.click("#detective_room [data-do=end]")
    page.wait_for_selector(".zoo-room[data-phase=over]")
    phone.page.wait_for_function("/Thank you/.test(document.querySelector('.ask').textContent)")
    phone.close(url)
    watched.close(url)


def test_a_phone_says_when_there_is_no_such_room(browser: Any, url: str) -> None:
    phone = Watched(browser, f"{url}detective/room#XXXX", language="ja", width=390)
    phone.page.wait_for_function("/XXXX/.test(document.querySelector('.trouble').textContent)")
    assert phone.page.is_visible("form")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.close(url)


def test_a_drawing_is_passed_off(browser: Any, url: str) -> None:
    watched = opened(browser, url, width=390)
    page = watched.page
    canvas = page.locator("#detective_pass canvas")
    assert page.inner_text(".zoo-pass .zoo-blank-paper") == "Draw a digit here"
    assert page.is_visible(".zoo-pass-appears")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 200, steps=6)
    page.mouse.up()
    page.wait_for_selector(".zoo-pass-said", state="visible")
    assert not page.inner_text(".zoo-pass .zoo-blank-paper") and not page.is_visible(".zoo-pass-appears")
    assert page.inner_text(".zoo-pass-said h3")
    page.click("#detective_pass button")
    assert not page.is_visible(".zoo-pass-said")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    watched.close(url)
