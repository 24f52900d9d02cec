"use strict";
(() => {
  // A time beside a statement plays its clip from there.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".seek") : null;
    const player = button && document.getElementById(button.dataset.player);
    if (!player) return;
    const time = Number(button.dataset.start);
    const start = () => {
      player.currentTime = Math.min(time, player.duration || time);
      // A browser may refuse to play before the first click; the position is set all the same.
      player.play().catch(() => {});
    };
    if (player.readyState) start();
    else {
      player.addEventListener("loadedmetadata", start, { once: true });
      player.load();
    }
    for (const other of document.querySelectorAll(".seek")) other.toggleAttribute("aria-current", other === button);
  });

  // Only one clip is heard at a time.
  const players = [...document.querySelectorAll("video, audio")];
  for (const player of players) {
    player.addEventListener("play", () => {
      for (const other of players) if (other !== player) other.pause();
    });
  }
  for (const button of document.querySelectorAll(".seek")) {
    button.disabled = !document.getElementById(button.dataset.player);
  }
})();
