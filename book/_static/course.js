// What a style sheet cannot do. The page is complete without this file.
(function () {
  "use strict";

  // Whatever scrolls inside itself can be reached, and scrolled, with the keyboard.
  function reach() {
    document.querySelectorAll(".math-scroll, .cell_output .output, .pst-scrollable-table-container").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    });
  }
  reach();
  if (document.fonts) document.fonts.ready.then(reach);
  addEventListener("resize", reach);

  // From a plain folder a browser may not read other pages for the excerpts of a search.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
