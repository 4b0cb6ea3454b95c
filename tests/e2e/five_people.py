"""The walk of docs/walk.md, scene by scene: Sam, two Listeners, a wing officer, safer custody."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.e2e.album import DESK_SIZE, TABLET_SIZE, Album, enlarged
from tests.e2e.conftest import Running
from tests.e2e.walk import (
    desk_signs_in,
    person_chooses,
    person_signs_in,
    person_writes,
    staff_make_a_code,
    tablet_is_enrolled,
    until,
)

DANGER = "cant do this no more gonna string up tonite"
_TABLET_PAGES = (
    "chat",
    "topics",
    "topics/visits",
    "services",
    "ask",
    "ask/listener",
    "requests",
    "days",
    "help",
)
_HELPING_PAGES = (
    *("supporter", "supporter/rota", "supporter/record", "supporter/card", "supporter/limits"),
    *("supporter/pressure", "apply"),
)
_DESK_PAGES = (
    *("board", "board/all", "on-behalf", "safety", "supporters", "coordinator", "keep-apart"),
    *("alarms", "notices", "tablets"),
)


@dataclass(frozen=True)
class Walk:
    browser: Browser
    running: Running
    album: Album

    def desk(self, username: str) -> Page:
        page = self.browser.new_context(viewport=DESK_SIZE, locale="en-GB").new_page()
        desk_signs_in(page, self.running, username)
        page.goto(f"{self.running.desk}/board")
        # Any press lets the browser sound; the bar that asks for it is then gone.
        page.locator("main").click(position={"x": 5, "y": 5})
        return page

    def tablet(self, officer: Page, landing: str, cell: str, number: str, welcome: str = "") -> Page:
        """A tablet in that cell with that person signed in. `welcome` names a picture of the first page."""
        page = self.browser.new_context(viewport=TABLET_SIZE, locale="en-GB").new_page()
        tablet_is_enrolled(page, self.running, staff_make_a_code(officer, self.running, landing, cell))
        person_signs_in(page, self.running, number)
        page.locator("form[action='/welcome'] button").first.wait_for()
        if welcome:
            self.album.take(page, welcome)
        page.locator("form[action='/welcome'] button").first.click()
        page.locator("#text").wait_for()
        return page

    def go(self, page: Page, path: str) -> None:
        on_desk = page.viewport_size == DESK_SIZE
        page.goto(f"{self.running.desk if on_desk else self.running.tablet}/{path}")


def walk(browser: Browser, running: Running, album: Album, *, everything: bool = True) -> None:
    """All of it, in the order in which it happens. `everything`: with the pages that are only looked at.

    Doors are open in it: at an hour at which Listeners may be fetched from anywhere in the prison.
    """
    # A machine that has much else to do is slow, and not wrong.
    expect.set_options(timeout=30_000)
    self = Walk(browser, running, album)
    officer, custody = self.desk("wing"), self.desk("safer")
    sam = self.tablet(officer, "A2", "A2-14", "A1001AA", welcome="walk-welcome")
    lee = self.tablet(officer, "A1", "A1-02", "A1003AA")
    mo = self.tablet(officer, "B2", "B2-07", "A1004AA")
    ali = self.tablet(officer, "B1", "B1-03", "A1002AA")
    they_go_on_duty(self, lee, mo)
    sam_asks(self, sam)
    two_listeners_are_offered_it(self, lee, mo)
    the_officer_lets_them_meet(self, officer, sam)
    they_meet_and_sam_says_so(self, lee, sam)
    mo_declines(self, ali, mo)
    the_officer_could_not(self, officer, ali)
    ali_writes_words_of_danger(self, ali, officer)
    the_officer_goes(self, officer)
    safer_custody_reviews(self, custody)
    if everything:
        the_other_pages(self, sam, lee, custody)


def they_go_on_duty(walk: Walk, lee: Page, mo: Page) -> None:
    for page in (lee, mo):
        walk.go(page, "supporter")
        page.locator("form[action='/supporter/duty'] button[value='yes']").click()
        expect(page.locator("form[action='/supporter/duty'] button[value='no']")).to_be_visible()


def sam_asks(walk: Walk, sam: Page) -> None:
    person_writes(sam, "wen is me mum alowed 2 visit")
    until(lambda: sam.locator("#replies button").count() > 1, 30)
    walk.album.take(sam, "chat")
    walk.go(sam, "ask")
    walk.album.take(sam, "walk-ask")
    sam.locator("#at-once button").click()
    expect(sam.locator(".request")).to_have_count(1)
    walk.album.take(sam, "walk-sent")


def two_listeners_are_offered_it(walk: Walk, lee: Page, mo: Page) -> None:
    """Both may take it. Lee is faster, and Mo is told so in one sentence."""
    for page in (lee, mo):
        walk.go(page, "supporter")
        expect(page.locator(".contact", has_text="Sam")).to_have_count(1)
    walk.album.take(lee, "supporter")
    # Mo's page has not heard yet that somebody was faster.
    mo.route("**/api/supporter*", lambda route: route.abort())
    lee.locator("form[action$='/accept'] button").click()
    expect(lee.locator("form[action$='/begin']")).to_have_count(1)
    walk.album.look(lee, "lee-accepted")
    mo.locator("form[action$='/accept'] button").click()
    expect(mo.locator("#notices .notice")).to_be_visible()
    walk.album.take(mo, "walk-second")
    mo.unroute("**/api/supporter*")


def the_officer_lets_them_meet(walk: Walk, officer: Page, sam: Page) -> None:
    walk.go(sam, "requests")
    walk.album.look(sam, "sam-accepted")
    walk.go(officer, "board")
    row = officer.locator(".row", has_text="Sam")
    expect(row).to_contain_text("A2-14")
    walk.album.take(officer, "walk-board")
    row.locator("button", has_text="Arranged").click()
    expect(officer.locator(".row", has_text="Sam").locator("button", has_text="Arranged")).to_have_count(0)
    walk.go(sam, "requests")
    walk.album.take(sam, "requests")


def they_meet_and_sam_says_so(walk: Walk, lee: Page, sam: Page) -> None:
    walk.go(lee, "supporter")
    lee.locator("form[action$='/begin'] button").click()
    walk.go(sam, "requests")
    walk.album.take(sam, "walk-with-you")
    lee.locator("form[action$='/finish'] button").click()
    it_was_heavy(walk, lee)
    walk.go(sam, "chat")
    walk.album.look(sam, "sam-asked-in-the-chat")
    walk.go(sam, "requests")
    walk.album.take(sam, "walk-came")
    sam.locator("button[name='came'][value='yes']").click()
    expect(sam.locator("button[name='came']")).to_have_count(0)
    walk.album.look(sam, "sam-said-yes")


def it_was_heavy(walk: Walk, lee: Page) -> None:
    """Three quiet questions after a contact: it was hard, so Lee rests, and wants to talk to somebody."""
    expect(lee.locator("#question")).to_be_visible()
    walk.album.take(lee, "walk-after")
    lee.locator("button[name='answer'][value='hard']").click()
    lee.locator("button[name='answer'][value='yes']").click()
    expect(lee.locator("#question")).to_have_count(0)
    walk.album.take(lee, "walk-rest")


def mo_declines(walk: Walk, ali: Page, mo: Page) -> None:
    """Ali asks too, and Mo says "not this time", for which nobody asks a reason."""
    walk.go(ali, "ask/listener")
    ali.locator("main form[action^='/ask'] button").first.click()
    expect(ali.locator(".request")).to_have_count(1)
    walk.go(mo, "supporter")
    expect(mo.locator(".contact", has_text="Ali")).to_have_count(1)
    walk.album.take(mo, "walk-offer")
    mo.locator("form[action$='/decline'] button").click()
    expect(mo.locator(".contact", has_text="Ali")).to_have_count(0)
    walk.album.look(mo, "mo-declined")


def the_officer_could_not(walk: Walk, officer: Page, ali: Page) -> None:
    walk.go(officer, "board")
    row = officer.locator(".row", has_text="Ali")
    row.locator("summary").click()
    row.locator("select[name='reason']").select_option("roll_count")
    row.locator("input[name='offered']").fill("The phone now, a Listener after the count.")
    walk.album.take(officer, "walk-could-not")
    row.locator("button[id^='could_not-']").click()
    expect(officer.locator(".row", has_text="Ali")).to_have_count(0)
    walk.go(ali, "requests")
    walk.album.take(ali, "walk-could-not-told")


def ali_writes_words_of_danger(walk: Walk, ali: Page, officer: Page) -> None:
    walk.go(ali, "ask/staff")
    ali.locator("main form[action^='/ask'] button").first.click()
    walk.go(ali, "chat")
    person_writes(ali, DANGER)
    expect(ali.locator("#log .theirs .said").last).to_contain_text("cell bell")
    walk.album.take(ali, "danger")
    until(lambda: officer.locator("article.alert.emergency").count() > 0, 10)
    walk.album.take(officer, "board")


def the_officer_goes(walk: Walk, officer: Page) -> None:
    officer.locator("article.alert.emergency button", has_text="I am going").first.click()
    expect(officer.locator("#going .row")).to_have_count(1)
    walk.album.take(officer, "walk-going")
    officer.locator("#going a.button").first.click()
    walk.album.look(officer, "desk-alert")
    officer.locator("input[name='seen'][value='yes']").check()
    officer.locator("input[name='spoke'][value='yes']").check()
    officer.locator("#response").fill("Sat with him. He is calmer, and asked for a Listener.")
    officer.locator("form[action$='/check'] button").scroll_into_view_if_needed()
    walk.album.take(officer, "walk-check")
    officer.locator("form[action$='/check'] button").click()


def safer_custody_reviews(walk: Walk, custody: Page) -> None:
    walk.go(custody, "safety")
    walk.album.take(custody, "walk-safety")
    custody.locator("table a").first.click()
    walk.album.take(custody, "walk-record")
    custody.locator("#outcome").select_option("acct_opened")
    custody.locator("#note").fill("ACCT opened by the wing. Care plan agreed with him.")
    custody.locator("form[action$='/review'] button").click()
    expect(custody.locator(".timeline")).to_contain_text("Care plan agreed")
    walk.album.look(custody, "desk-record")
    walk.go(custody, "supporters")
    walk.album.take(custody, "walk-supporters")
    walk.go(custody, "coordinator")
    expect(custody.locator("tr[id^='debrief-']", has_text="Lee")).to_have_count(1)
    walk.album.take(custody, "walk-coordinator")
    walk.go(custody, "reports")
    expect(custody.locator("main h1")).to_be_visible()
    walk.album.take(custody, "walk-reports")
    walk.album.look(custody, "desk-reports")
    walk.go(custody, "alarms")
    walk.album.take(custody, "walk-alarms")


def the_other_pages(walk: Walk, sam: Page, lee: Page, custody: Page) -> None:
    """Not for the documents: each page as a whole, in English and Arabic, enlarged, the desk at night."""
    look, running = walk.album.look_at_all, walk.running
    look(sam, running.tablet, _TABLET_PAGES, "tablet")
    look(lee, running.tablet, _HELPING_PAGES, "tablet")
    look(custody, running.desk, _DESK_PAGES, "desk")
    for page, paths in ((sam, _TABLET_PAGES), (lee, _HELPING_PAGES)):
        person_chooses(page, running, "ar")
        look(page, running.tablet, paths, "arabic")
    with enlarged(sam) as large:
        look(large, running.tablet, ("chat", "ask", "requests"), "arabic-200")
    walk.go(custody, "board")
    custody.locator("#view-night").click()
    expect(custody.locator("html[data-view='night']")).to_have_count(1)
    walk.album.look(custody, "desk-board-night")
