// The desk's script: night view, live board, sound. Every page works without it, but silently.
(() => {
  "use strict";

  // -- night view, before anything is painted
  const root = document.documentElement;
  const stored = { get: () => { try { return localStorage.getItem("desk-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("desk-theme", value); } catch { /* kept for this page only */ } } };
  const wantsDark = matchMedia("(prefers-color-scheme: dark)");
  // Whoever has the board's night view gets no white page by opening an alert from it.
  const atNight = () => { try {
    if (root.dataset.view) localStorage.setItem("desk-view", root.dataset.view);
    return localStorage.getItem("desk-view") === "night";
  } catch { return root.dataset.view === "night"; } };
  root.dataset.theme = atNight() ? "dark" : stored.get() || (wantsDark.matches ? "dark" : "light");

  const $ = (id) => document.getElementById(id);
  const show = (node, visible) => { if (node && node.hidden === visible) node.hidden = !visible; };

  function nightView() {
    const button = $("night");
    const say = () => button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
    button.hidden = false;
    say();
    button.addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
      stored.set(root.dataset.theme);
      say();
    });
  }

  // -- the menu: it opens without script; with it, Escape and a press elsewhere close it too
  function menu() {
    const open = () => document.querySelectorAll(".menu details[open]");
    const close = (but) => open().forEach((each) => { if (!but || !each.contains(but)) each.open = false; });
    document.addEventListener("click", (event) => close(event.target));
    document.addEventListener("focusin", (event) => close(event.target));
    document.addEventListener("keydown", (event) => {
      const [first] = open();
      if (event.key !== "Escape" || !first) return;
      const inside = first.contains(document.activeElement);
      close();
      if (inside) first.querySelector("summary").focus();
    });
  }

  // -- sound: tones made here, so there is no file to lose. [pitch, start, length] in Hz and seconds
  const TONES = {
    emergency: [[960, 0, 0.16], [720, 0.18, 0.16], [960, 0.36, 0.16], [720, 0.54, 0.16], [960, 0.72, 0.2]],
    urgent: [[660, 0, 0.22], [660, 0.36, 0.22]],
    concern: [[440, 0, 0.5]],
    unchecked: [[520, 0, 0.22], [440, 0.3, 0.22], [520, 0.6, 0.3]],
    lost: [[330, 0, 0.35], [247, 0.4, 0.6]],
    ready: [[520, 0, 0.12], [660, 0.14, 0.16]],
  };
  const LOUDNESS = { emergency: 0.6, urgent: 0.4, concern: 0.15, unchecked: 0.4, lost: 0.4, ready: 0.15 };
  // Again after so many milliseconds, until somebody acknowledges. A concern, and an alert that was taken and
  // not checked in time, sound once at each step up the chain, and again and again only when all of it was told.
  const AGAIN = { emergency: 2500, urgent: 8000, lost: 6000 };
  const UNANSWERED = { concern: 30000, unchecked: 60000 };
  const LEVELS = ["emergency", "urgent", "unchecked", "concern"];

  const sound = { context: null, last: {}, heard: new Set() };

  function play(name) {
    sound.last[name] = performance.now();
    const context = sound.context;
    for (const [pitch, start, length] of TONES[name]) {
      const at = context.currentTime + start + 0.02;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = name === "concern" || name === "ready" ? "sine" : "triangle";
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(LOUDNESS[name], at + 0.02);
      volume.gain.setValueAtTime(LOUDNESS[name], at + length - 0.04);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + length);
    }
    document.dispatchEvent(new CustomEvent("desk-sound", { detail: name }));
  }

  const soundRuns = () => sound.context !== null && sound.context.state === "running";
  const due = (name, pause = AGAIN[name]) => performance.now() - (sound.last[name] ?? -Infinity) >= pause;
  // What an alert waits for is in `level`: the same role hears of it anew when nobody checked.
  const keyOf = (alert) => `${alert.id}.${alert.times}.${alert.level}.${alert.told}`;

  function soundNow() {
    show($("sound-bar"), !soundRuns());
    if (!soundRuns()) return;
    if ((feed.lost || feed.ended) && due("lost")) play("lost");
    if (feed.damaged && !sound.heard.has(feed.damaged)) { sound.heard.add(feed.damaged); play("lost"); }
    const fresh = feed.alerts.filter((alert) => !sound.heard.has(keyOf(alert)));
    fresh.forEach((alert) => sound.heard.add(keyOf(alert)));
    const level = LEVELS.find((name) => feed.alerts.some((alert) => alert.level === name));
    const freshLevel = LEVELS.find((name) => fresh.some((alert) => alert.level === name));
    const pause = AGAIN[level] ?? (feed.alerts.some((alert) => alert.unanswered) ? UNANSWERED[level] : undefined);
    if (freshLevel) play(freshLevel);
    else if (feed.rings && level && pause && due(level, pause)) play(level);
  }

  function startSound() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (Context) sound.context = new Context();
    const wake = () => sound.context && !soundRuns() && sound.context.resume().then(soundNow);
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake);
    if (sound.context) sound.context.addEventListener("statechange", soundNow);
    $("sound-on").addEventListener("click", async () => {
      if (sound.context) await sound.context.resume();
      if (soundRuns()) play("ready");
      soundNow();
    });
  }

  // -- the live feed
  const feed = { source: null, heardAt: 0, triedAt: 0, brokenAt: null, lost: false, ended: false, alerts: [], rings: false, damaged: "" };
  const SILENT_FOR = 10000;

  function connect() {
    if (feed.ended) return;
    if (feed.source) feed.source.close();
    feed.triedAt = performance.now();
    feed.source = new EventSource(document.body.dataset.feed);
    feed.source.addEventListener("ping", (event) => heard(event.data));
    feed.source.addEventListener("changed", (event) => { heard(event.data); refresh(); });
    feed.source.addEventListener("ended", endSession);
    // The refresh finds out whether the session is over or the line is down.
    feed.source.addEventListener("error", () => refresh());
  }

  function heard(time) {
    feed.heardAt = performance.now();
    if ($("heard")) $("heard").textContent = new Date(time).toLocaleTimeString("en-GB", { timeZone: document.body.dataset.zone });
    // Events arrive on time even where a page in the background may not keep its own time.
    tick();
  }

  function tick() {
    if (!feed.ended) {
      const silent = performance.now() - feed.heardAt > SILENT_FOR;
      if (silent && performance.now() - feed.triedAt > 3000) connect();
      // A list that cannot be fetched is not live, however well the feed may be.
      const broken = feed.brokenAt !== null && performance.now() - feed.brokenAt > 3000;
      setLost(silent || broken);
    }
    soundNow();
  }

  function setLost(lost) {
    show($("feed-lost"), lost);
    show($("live"), !lost && !feed.ended);
    if (feed.lost && !lost) { feed.lost = lost; refresh(); }
    feed.lost = lost;
    root.classList.toggle("not-live", lost || feed.ended);
  }

  function endSession() {
    feed.ended = true;
    if (feed.source) feed.source.close();
    show($("session-ended"), true);
    setLost(false);
    soundNow();
  }

  let busy = false;
  let again = false;
  let retry = 0;

  async function refresh() {
    if (feed.ended) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const list = $("board-list");
      const query = new URLSearchParams(list ? { wing: list.dataset.wing } : { html: "false" });
      const answer = await fetch(`/api/board?${query}`, { signal: AbortSignal.timeout(8000) });
      if (answer.status === 401 || answer.status === 403) { endSession(); return; }
      if (!answer.ok) throw new Error("not answered");
      apply(await answer.json());
      feed.brokenAt = null;
    } catch {
      feed.brokenAt ??= performance.now();
      clearTimeout(retry);
      retry = setTimeout(refresh, 2000);
    } finally {
      busy = false;
      tick();
    }
    if (again) { again = false; refresh(); }
  }

  function apply(board) {
    feed.alerts = board.alerts;
    feed.damaged = board.damaged;
    // What was over and comes again sounds again.
    const standing = new Set([...board.alerts.map(keyOf), board.damaged]);
    for (const key of sound.heard) if (!standing.has(key)) sound.heard.delete(key);
    const damaged = $("screen-damaged");
    if (damaged.textContent !== board.damaged) damaged.textContent = board.damaged;
    show(damaged, board.damaged !== "");
    const bar = $("alert-bar");
    if (bar) {
      const link = bar.querySelector("a");
      if (link.textContent !== board.bar) link.textContent = board.bar;
      show(bar, board.bar !== "");
    }
    const wrote = $("wrote-again");
    show(wrote, board.alerts.some((alert) => alert.id === wrote?.dataset.id && alert.times > Number(wrote.dataset.times)));
    mark(board.alerts.length);
    const list = $("board-list");
    if (list && list.dataset.mark !== board.mark) {
      swap(list, board.html);
      list.dataset.mark = board.mark;
    }
  }

  // -- the list is swapped around a row that somebody is writing in
  function swap(list, html) {
    const incoming = document.createElement("template");
    incoming.innerHTML = html;
    const active = document.activeElement;
    const within = list.contains(active);
    const range = within && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
    const top = within ? active.getBoundingClientRect().top : 0;
    for (const row of list.querySelectorAll("[data-key]")) {
      const writing = row.querySelector("details[open]") || (row.contains(active) && active.matches("input, select"));
      if (writing) keep(row, incoming.content);
    }
    // What somebody opened stays open.
    for (const open of list.querySelectorAll("details.folded[open]")) incoming.content.getElementById(open.id)?.setAttribute("open", "");
    const rowId = within ? active.closest("[data-key]")?.id : null;
    list.replaceChildren(incoming.content);
    // The button that was pressed may be gone with its step: then the next step of the same row has the focus.
    const now = within ? (active.id && $(active.id)) || (rowId && $(rowId)?.querySelector("button, a")) : null;
    if (!now) return;
    now.focus({ preventScroll: true });
    if (range && range[0] !== null && "setSelectionRange" in now) now.setSelectionRange(...range);
    window.scrollBy(0, now.getBoundingClientRect().top - top);
  }

  function keep(row, incoming) {
    const twin = incoming.getElementById(row.id);
    if (twin) { twin.replaceWith(row); return; }
    if (!row.querySelector(".gone")) {
      const gone = document.createElement("p");
      gone.className = "gone";
      gone.textContent = $("row-gone").textContent;
      row.append(gone);
    }
    const rows = document.createElement("ul");
    rows.className = "rows";
    rows.append(row);
    incoming.append(rows);
  }

  // -- forms on the board are sent without leaving it, so that sound and place stay
  async function send(event) {
    const form = event.target;
    if (!form.closest("#board-list")) return;
    event.preventDefault();
    const button = event.submitter;
    const address = button && button.hasAttribute("formaction") ? button.formAction : form.getAttribute("action");
    // Not by disabling the button: that would take the focus from who works with keys.
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
      const done = answer.type === "opaqueredirect";
      notice(done ? "" : words(await answer.text()));
      if (done) form.closest("details")?.removeAttribute("open");
    } catch {
      notice($("not-sent").textContent);
    }
    delete form.dataset.busy;
    refresh();
  }

  function words(page) {
    const answer = new DOMParser().parseFromString(page, "text/html");
    const said = answer.querySelector("#notice:not([hidden])") || answer.querySelector("main p:not([hidden])");
    return said ? said.textContent.trim() : $("not-sent").textContent;
  }

  function notice(text) {
    $("notice").textContent = text;
    show($("notice"), text !== "");
  }

  // -- the tab tells it too
  let titled = "";

  function mark(count) {
    document.title = count ? `(${count}) ${titled}` : titled;
    const board = document.createElement("canvas");
    board.width = board.height = 64;
    const pen = board.getContext("2d");
    pen.fillStyle = count ? "#a3161f" : "#0b4f6c";
    pen.beginPath();
    pen.arc(32, 32, 30, 0, 7);
    pen.fill();
    pen.fillStyle = "#fff";
    pen.font = "bold 42px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(count ? String(Math.min(count, 99)) : "S", 32, 35);
    $("icon").href = board.toDataURL();
  }

  document.addEventListener("DOMContentLoaded", () => {
    titled = document.title;
    nightView();
    menu();
    if (!document.body.dataset.feed) return;
    feed.rings = document.body.dataset.rings === "yes";
    feed.heardAt = performance.now();
    startSound();
    connect();
    refresh();
    setInterval(tick, 1000);
    // Waiting times move and deadlines pass without anybody doing anything.
    setInterval(refresh, 15000);
    document.addEventListener("submit", send);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  });
})();
