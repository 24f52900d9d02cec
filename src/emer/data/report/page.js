"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  const player = one("#player");
  const lanes = one("#lanes");
  const playhead = one("#playhead");
  const rows = all("tr[data-cue]");
  const moments = all(".moment");
  const speech = all(".speech");
  const readouts = all("output[data-times]").map((output) => ({
    output,
    times: JSON.parse(output.dataset.times),
    values: JSON.parse(output.dataset.values),
  }));
  const total = lanes ? Number(lanes.dataset.total) : 0;

  // Without a player the page still has a position: the playhead can be moved by hand.
  let position = 0;
  let chosen = null;

  function clock(seconds) {
    const tenths = Math.round(seconds * 10);
    const hours = Math.floor(tenths / 36000);
    const minutes = Math.floor(tenths / 600) % 60;
    const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  }

  function at(elements, time) {
    return elements.filter(
      (element) => time >= Number(element.dataset.start) && time < Number(element.dataset.end),
    );
  }

  function nearest(times, time) {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= time) low = middle;
      else high = middle - 1;
    }
    return low + 1 < times.length && times[low + 1] - time < time - times[low] ? low + 1 : low;
  }

  function keepInSight() {
    const scroller = lanes.parentElement;
    if (scroller.scrollWidth <= scroller.clientWidth) return;
    const box = scroller.getBoundingClientRect();
    const at = playhead.getBoundingClientRect().left - box.left;
    const labels = playhead.parentElement.offsetLeft;
    if (at < labels || at > box.width * 0.95) scroller.scrollLeft += at - labels - box.width / 4;
  }

  function show(time) {
    position = Math.min(Math.max(time, 0), total);
    if (!lanes) return;
    const now = clock(position);
    playhead.style.left = `${(100 * position) / total}%`;
    playhead.setAttribute("aria-valuenow", position.toFixed(2));
    keepInSight();
    one("#clock").textContent = now;
    // The last moment still counts at the very end of the clip.
    const inside = Math.min(position, total - 1e-3);
    const moment = at(moments, inside)[0];
    const felt = moment ? moment.dataset.felt : "";
    one("#felt").textContent = felt;
    one("#affect").textContent = moment ? moment.dataset.affect : "";
    one("#said").textContent = at(speech, inside)
      .map((element) => element.dataset.said)
      .join(" ");
    playhead.setAttribute("aria-valuetext", felt ? `${now}, ${felt}` : now);
    for (const { output, times, values } of readouts) {
      const value = values[nearest(times, position)];
      output.textContent = value === null || value === undefined ? "–" : String(Number(value.toPrecision(3))).replace("-", "\u2212");
    }
    const current = new Set(at(rows, inside));
    for (const row of rows) row.classList.toggle("current", current.has(row));
  }

  function play() {
    // A browser may refuse to play before the first click; the position is set all the same.
    if (player) player.play().catch(() => {});
  }

  function seek(time) {
    if (player) player.currentTime = Math.min(Math.max(time, 0), player.duration || total);
    show(time);
  }

  function toggle() {
    if (!player) return;
    if (player.paused) play();
    else player.pause();
  }

  function detail(row) {
    const panel = one("#selected");
    const cell = (name) => row.querySelector(`td.${name}`).cloneNode(true).childNodes;
    const place = (tag, ...names) => {
      const element = document.createElement(tag);
      for (const name of names) element.append(...cell(name), " ");
      return element;
    };
    panel.replaceChildren(
      panel.firstElementChild,
      place("p", "id", "when", "who"),
      place("p", "statement"),
      place("div", "evidence"),
    );
    panel.hidden = false;
  }

  function select(id, { start = true, scroll = false } = {}) {
    const row = rows.find((candidate) => candidate.dataset.cue === id);
    if (!row) return;
    chosen = row;
    for (const element of all("[data-cue]")) {
      element.classList.toggle("selected", element.dataset.cue === id);
    }
    for (const other of rows) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    detail(row);
    seek(Number(row.dataset.start));
    if (start) play();
    if (scroll) row.scrollIntoView({ block: "nearest" });
    // A page inside another one's frame has no address of its own to change.
    if (location.protocol !== "about:") history.replaceState(null, "", `#cue=${encodeURIComponent(id)}`);
  }

  function step(by) {
    const shown = rows.filter((row) => !row.hidden);
    if (!shown.length) return;
    const place = shown.indexOf(chosen);
    const next = place < 0 ? (by > 0 ? 0 : shown.length - 1) : place + by;
    const row = shown[Math.min(Math.max(next, 0), shown.length - 1)];
    select(row.dataset.cue, { scroll: true });
    row.querySelector("a").focus({ preventScroll: true });
  }

  function follow(address, options) {
    const [, kind, text] = /^#(cue|t)=(.*)$/.exec(address) || [];
    if (kind === "t" && Number.isFinite(Number(text))) seek(Number(text));
    if (kind !== "cue") return;
    try {
      select(decodeURIComponent(text), options);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
  }

  function filter(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    for (const element of all(`[data-modality="${button.dataset.modality}"]`)) {
      if (element !== button) element.hidden = !on;
    }
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = target.closest("a[href^='#cue='], a[href^='#t=']");
    const button = target.closest(".filter");
    const row = target.closest("tr[data-cue]");
    const plot = target.closest("#lanes .plot");
    if (link) {
      event.preventDefault();
      follow(link.getAttribute("href"));
      if (link.getAttribute("href").startsWith("#t=")) play();
    } else if (button) {
      filter(button);
    } else if (row && !String(getSelection())) {
      select(row.dataset.cue);
    } else if (plot) {
      const box = plot.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * total);
    }
  });

  const keys = {
    " ": toggle,
    ArrowLeft: () => seek(position - 1),
    ArrowRight: () => seek(position + 1),
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    const own = target.closest("video, audio, input, select, textarea, summary, button");
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    // Where the focus is on something with keys of its own, those come first.
    if (own && event.key !== "j" && event.key !== "k") return;
    event.preventDefault();
    keys[event.key]();
  });

  function theme(name) {
    if (name) root.dataset.theme = name;
    return root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  one("#theme").addEventListener("click", () => {
    theme(theme() === "dark" ? "light" : "dark");
  });

  if (playhead) {
    const overlay = playhead.parentElement;
    const ends = { Home: 0, End: total };
    playhead.addEventListener("keydown", (event) => {
      if (!(event.key in ends)) return;
      event.preventDefault();
      seek(ends[event.key]);
    });
    playhead.addEventListener("pointerdown", (event) => playhead.setPointerCapture(event.pointerId));
    playhead.addEventListener("pointermove", (event) => {
      if (!playhead.hasPointerCapture(event.pointerId)) return;
      const box = overlay.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * total);
    });
  }

  if (player) {
    const tick = () => {
      show(player.currentTime);
      if (!player.paused) requestAnimationFrame(tick);
    };
    player.addEventListener("play", tick);
    player.addEventListener("seeked", () => show(player.currentTime));
  }

  addEventListener("hashchange", () => follow(location.hash, { start: false, scroll: true }));
  addEventListener("beforeprint", () => {
    for (const folded of all("details")) folded.open = true;
  });

  show(0);
  follow(location.hash, { start: false, scroll: true });
})();
