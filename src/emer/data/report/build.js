"use strict";
(() => {
  const players = [...document.querySelectorAll("video, audio")];
  const buttons = [...document.querySelectorAll(".seek")];

  // Only one clip is heard at a time.
  function alone(player) {
    for (const other of players) if (other !== player) other.pause();
  }
  for (const player of players) {
    player.addEventListener("play", () => {
      // The event comes late: by now another clip may play instead.
      if (!player.paused) alone(player);
    });
  }

  // A time beside a statement plays its clip from there.
  function seek(player, time) {
    alone(player);
    player.currentTime = Math.min(time, player.duration || time);
    // A browser may refuse to play before the first click; the position is set all the same.
    player.play().catch(() => {});
  }
  for (const button of buttons) {
    const player = document.getElementById(button.dataset.player);
    button.disabled = !player;
    button.addEventListener("click", () => {
      seek(player, Number(button.dataset.start));
      for (const other of buttons) other.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
    });
  }
})();
