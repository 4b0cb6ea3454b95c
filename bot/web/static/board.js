// The board's keys. Every one does what a link or a button on the page does too, and all can be switched off.
(() => {
  "use strict";

  const $ = (id) => document.getElementById(id);
  // Kept on this machine: who works with a screen reader, or by voice, switches them off once.
  const stored = { get: () => { try { return localStorage.getItem("desk-keys"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("desk-keys", value); } catch { /* kept for this page only */ } } };

  const opens = () => [...document.querySelectorAll("#board-list [data-key]")]
    .map((row) => row.querySelector("a[id^='open-'], a[id^='check-']")).filter((link) => link && link.checkVisibility());

  function step(by) {
    const links = opens();
    if (!links.length) return;
    const row = document.activeElement?.closest("[data-key]");
    const at = links.findIndex((link) => row && row.contains(link));
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  }

  function go(id) {
    const first = $(id)?.querySelector("a, button");
    if (first) { first.focus(); first.scrollIntoView({ block: "center" }); }
  }

  function press(id) { $(id)?.click(); }

  const KEYS = {
    j: () => step(1), k: () => step(-1),
    a: () => go($("sounding") ? "sounding" : "going"), l: () => go("late"), w: () => go("waiting"),
    b: () => document.querySelector(".tools a[href='/on-behalf']")?.click(),
    h: () => document.querySelector(".tools a[href='/handover']")?.click(),
    1: () => press("view-plain"), 2: () => press("view-large"), 3: () => press("view-night"),
    "?": () => $("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    const does = KEYS[event.key] || KEYS[event.key.toLowerCase()];
    if (!does || !$("keys-on").checked) return;
    event.preventDefault();
    does();
  });

  $("keys-on").checked = stored.get() !== "off";
  $("keys-on").addEventListener("change", () => stored.set($("keys-on").checked ? "on" : "off"));
  $("keys-open").hidden = false;
  $("keys-open").addEventListener("click", () => $("keys").showModal());
  $("keys-close").addEventListener("click", () => $("keys").close());
})();
