// What the tablet's pages do besides: hide at once, send in place, look for news, end when idle, read aloud.
// Without this script every page still works. Nothing here keeps what was typed.
"use strict";

const body = document.body;
const byId = (id) => document.getElementById(id);
const POLL = 4000;

// -- hide: one press covers the page, one more brings it back
const cover = byId("cover");
const shown = byId("shown");
const title = document.title;
const hide = byId("hide");

function setCover(on) {
  if (!cover) return;
  cover.hidden = !on;
  shown.inert = on;
  document.title = on ? cover.dataset.title : title;
  if (on) { stopReading(); byId("uncover").focus(); } else { hide.focus(); }
}
if (hide && cover) {
  hide.setAttribute("role", "button"); // a link without script
  hide.addEventListener("click", (event) => { event.preventDefault(); setCover(true); });
  hide.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); setCover(true); } });
  byId("uncover").addEventListener("click", () => setCover(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") setCover(cover.hidden); });
}

// -- read aloud
function stopReading() { if ("speechSynthesis" in window) speechSynthesis.cancel(); }
function showReaders(root) {
  if (!("speechSynthesis" in window)) return;
  root.querySelectorAll("[data-read]").forEach((button) => { button.hidden = false; });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-read]");
  if (!button) return;
  const label = button.querySelector("span");
  if (button.dataset.label) { stopReading(); return; }
  stopReading();
  const words = new SpeechSynthesisUtterance(byId(button.dataset.read).innerText);
  words.lang = document.documentElement.lang;
  button.dataset.label = label.textContent;
  label.textContent = button.dataset.stop;
  words.onend = words.onerror = () => { label.textContent = button.dataset.label; delete button.dataset.label; };
  speechSynthesis.speak(words);
});
showReaders(document);
window.addEventListener("pagehide", stopReading);

// -- news: fetch this page again and take over what changed, leaving focus and open parts alone
let lost = 0;
function setLost(isLost) {
  const words = byId("lost");
  lost = isLost ? lost + 1 : 0;
  words.hidden = lost < 3;
  words.textContent = lost < 3 ? "" : words.dataset.words;
}

function takeOver(container, fresh) {
  const old = new Map([...container.children].map((child) => [child.id, child]));
  const wanted = [...fresh.children];
  const keep = new Set(wanted.map((child) => child.id));
  old.forEach((child, id) => {
    if (keep.has(id)) return;
    if (child.contains(document.activeElement)) focusLater = true;
    child.remove();
  });
  wanted.forEach((child, index) => {
    const mine = old.get(child.id);
    if (mine && mine.dataset.key === child.dataset.key) return;
    if (mine && mine.contains(document.activeElement) && document.activeElement !== body) focusLater = true;
    showReaders(child);
    const node = document.adoptNode(child);
    if (mine) mine.replaceWith(node); else container.insertBefore(node, container.children[index] || null);
  });
}
let focusLater = false;

// Once the way leads to another page, a look for news must not lead to a third, where what was said is not said.
let leaving = false;
function leave(where) {
  leaving = true;
  location.assign(where);
}
window.addEventListener("pageshow", () => { leaving = false; });

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (answer.redirected) { leave(answer.url); return; }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelectorAll("[data-live]").forEach((part) => {
    const fresh = page.getElementById(part.id);
    if (fresh) takeOver(part, fresh);
  });
  // A form that was sent from here is sent anew the next time, and not taken for the same press.
  ["#composer", "#at-once"].forEach((form) => {
    const [mine, fresh] = [document, page].map((each) => each.querySelector(`${form} [name=form]`));
    if (mine && fresh) mine.value = fresh.value;
  });
  body.dataset.seen = page.body.dataset.seen;
  if (byId("chat-title")) byId("chat-title").className = page.getElementById("chat-title").className;
  ["start", "hello"].forEach((id) => { if (byId(id) && !page.getElementById(id)) byId(id).remove(); });
  if (focusLater) { focusLater = false; (byId("text") || byId("main")).focus({ preventScroll: true }); }
}

let typed = false;
async function poll() {
  const isBusy = () => underWay.size > 0 || leaving; // what was pressed says by itself where it leads
  if (document.hidden || isBusy()) return;
  try {
    const answer = await fetch(body.dataset.poll + (typed ? "?active=1" : ""));
    typed = false;
    setLost(false);
    if (!answer.ok && answer.status !== 401) return;
    const news = await answer.json();
    if (isBusy()) return;
    if (answer.status === 401) leave(news.go);
    else if (news.seen !== body.dataset.seen) await refreshAndShow();
  } catch { setLost(true); }
}
if (body.dataset.poll) setInterval(poll, POLL);

// -- chat: send in place
const composer = byId("composer");
// What was sent and is not answered yet. The next message need not wait: it may be the grave one.
// Of each, what becomes of it: whether it was taken.
const underWay = new Map();

function toEnd() {
  const end = byId("latest");
  if (end) end.scrollIntoView({ block: "end" });
}
async function refreshAndShow() {
  const before = byId("log") && byId("log").children.length;
  await refresh();
  if (byId("log") && byId("log").children.length !== before) toEnd();
}
function say(words) {
  const place = byId("notices");
  place.replaceChildren();
  if (!words) return;
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = words;
  place.append(notice);
  notice.scrollIntoView({ block: "center" });
}
function setWaiting(on) {
  const waiting = byId("waiting");
  waiting.hidden = !on;
  waiting.textContent = on ? waiting.dataset.words : "";
  composer.setAttribute("aria-busy", String(on));
  if (on) waiting.scrollIntoView({ block: "nearest" });
}

// Shown at once, as text, and replaced by the page's own line when it is stored.
function showMine(words) {
  const line = document.createElement("div");
  line.className = "mine";
  line.id = `unsent-${underWay.size}`;
  const bubble = document.createElement("div");
  bubble.className = "bubble me";
  bubble.dir = "auto";
  bubble.textContent = words;
  line.append(bubble);
  byId("log").setAttribute("aria-live", "off");
  byId("log").append(line);
  return line;
}

// Gives whether it was taken. Pressed twice it is sent once, and both wait for the same.
function send(said, words) {
  const same = JSON.stringify(said);
  if (!underWay.has(same)) underWay.set(same, sendNow(said, words, same));
  return underWay.get(same);
}

async function sendNow(said, words, same) {
  say("");
  const mine = showMine(words);
  setWaiting(true);
  const box = byId("text");
  if (said.text) box.value = "";
  const putBack = () => {
    mine.remove();
    if (said.text && !box.value) box.value = said.text;
  };
  try {
    const answer = await fetch("/api/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...said, form: composer.elements.form.value }),
    });
    const result = await answer.json();
    if (result.go) { leave(result.go); return false; }
    if (result.notice) putBack();
    byId("log").setAttribute("aria-live", "polite");
    await refresh();
    say(result.notice);
    if (!result.notice) toEnd();
    return !result.notice;
  } catch {
    putBack();
    say(byId("lost").dataset.words);
    return false;
  } finally {
    byId("log").setAttribute("aria-live", "polite");
    underWay.delete(same);
    setWaiting(underWay.size > 0);
    box.focus({ preventScroll: true });
  }
}

function isSignIn(answer) { return new URL(answer.url).pathname === "/sign-in"; }

async function askFromHere(form) {
  const fields = new URLSearchParams({ form: form.elements.form.value });
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
  if (isSignIn(answer)) { leave(answer.url); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  await refresh();
  // From the words on: what is said to them must not be pushed out of sight by what became of the request.
  [...document.querySelectorAll("#log .mine")].pop()?.scrollIntoView({ block: "start" });
  if (new URL(answer.url).pathname === "/requests") return; // asked, and the conversation says so
  const why = page.querySelector("#notices .notice")?.textContent;
  // Nobody to ask at this hour: that says who listens instead. After anything else one may press again.
  say(why && !answer.ok ? why : `${why || byId("lost").dataset.words} ${form.dataset.notAsked}`);
}

if (composer) {
  const box = byId("text");
  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim()) send({ text: box.value }, box.value); else box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); composer.requestSubmit(); }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "reply-form") return;
    event.preventDefault();
    const button = event.submitter;
    if (button && button.value) send({ choice: button.value }, button.textContent.trim());
  });
  // Whether an answer helped: without leaving the page, so that nothing typed is lost.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-helped]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (!button || form.dataset.sent) return;
    form.dataset.sent = "yes";
    say("");
    if (button.value === "no") setWaiting(true);
    const fields = new URLSearchParams({ form: composer.elements.form.value, helped: button.value });
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
      if (isSignIn(answer)) leave(answer.url); else await refreshAndShow();
    } catch {
      delete form.dataset.sent;
      say(byId("lost").dataset.words);
    } finally {
      setWaiting(underWay.size > 0);
    }
  });
  // Words that stand in the box go first, by Send: the large button must not lose what may be the grave ones.
  // Then it asks from here, so that what is said to the words stays in sight: it may be "press your bell". What
  // counts is whether those words were taken: the box may hold new ones by then.
  const atOnce = byId("at-once");
  if (atOnce) atOnce.querySelector("button").removeAttribute("form"); // without script it takes the box along
  if (atOnce) atOnce.addEventListener("submit", async (event) => {
    const words = box.value;
    if (!words.trim() && !underWay.size) return;
    event.preventDefault();
    try {
      const sent = words.trim() ? [send({ text: words }, words)] : [...underWay.values()];
      const taken = (await Promise.all(sent)).every(Boolean);
      if (taken && box.value === words) box.value = "";
      if (taken) await askFromHere(atOnce);
      else if (!leaving) say(`${byId("notices").textContent.trim()} ${atOnce.dataset.notAsked}`);
    } catch {
      say(byId("lost").dataset.words);
    } finally {
      delete atOnce.dataset.sent;
    }
  });
  if (byId("log").children.length) toEnd();
}

// -- a form that does a deed is sent once
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-once]")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

// -- idle: a word of warning, then back to the sign-in page
const idleSeconds = Number(body.dataset.idle);
let lastDeed = Date.now();
function active() {
  lastDeed = Date.now();
  typed = true;
  byId("idle").hidden = true;
}
if (idleSeconds > 0) {
  ["keydown", "pointerdown", "input"].forEach((kind) => document.addEventListener(kind, active, { passive: true }));
  byId("stay").addEventListener("click", active);
  // A page that does not look for news still tells that somebody is here.
  if (!body.dataset.poll) {
    setInterval(() => { if (typed) { typed = false; fetch("/api/messages?after=0&active=1").catch(() => {}); } }, 30000);
  }
  setInterval(() => {
    const left = idleSeconds - (Date.now() - lastDeed) / 1000;
    if (left <= 0) document.querySelector("form[action='/sign-out']").submit(); // ends it on the server too
    else if (left <= Math.min(60, idleSeconds / 3)) byId("idle").hidden = false;
  }, 1000);
}

// -- when the link is gone, opening a page still says what to do (no-link.js)
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/no-link.js").catch(() => {});
