"use strict";
(() => {
  // What every clip on a page needs, be there one or several.
  for (const player of document.querySelectorAll("[data-otherwise]")) {
    player.addEventListener("error", () => {
      document.getElementById(player.dataset.otherwise).hidden = false;
    });
    const [, type, data] = /^data:([^;]+);base64,(.*)$/.exec(player.getAttribute("src")) || [];
    if (data) {
      // Some browsers play and seek blobs but not data URIs.
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      player.src = URL.createObjectURL(new Blob([bytes], { type }));
    }
  }
})();
