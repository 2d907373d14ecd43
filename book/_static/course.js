// What a style sheet cannot do. The page is complete without this file.
(function () {
  "use strict";

  // Whatever scrolls inside itself can be reached, and scrolled, with the keyboard.
  function reach() {
    document.querySelectorAll(".math-scroll, .cell_output .output, .pst-scrollable-table-container").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    });
  }
  reach();
  if (document.fonts) document.fonts.ready.then(reach);
  addEventListener("resize", reach);

  // A question says how it stands, by its open choices; to open and close them is the browser's work.
  function standing(question) {
    function picked(answer) {
      var open = question.querySelectorAll("details[open][data-answer=" + answer + "] .choice-letter");
      return Array.from(open, function (letter) { return letter.textContent; });
    }
    var right = picked("right"), wrong = picked("wrong");
    var fails = new Intl.ListFormat("en-GB").format(wrong) + (wrong.length > 1 ? " are not" : " is not");
    if (right.length) return right[0] + " is right" + (wrong.length ? "; " + fails : "") + ".";
    return wrong.length ? fails + " right: read why, and pick another." : "";
  }
  document.addEventListener("toggle", function (event) {
    reach();  // what was hidden had no width
    var question = event.target.closest(".question");
    if (!question) return;
    var status = question.querySelector(".question-status");
    status.dataset.start = status.dataset.start || status.textContent;
    status.textContent = standing(question) || status.dataset.start;
  }, true);

  // Paper has nothing to open.
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll("details.choice:not([open]), .cell details:not([open])"));
    closed.forEach(function (box) { box.open = true; });
  });
  addEventListener("afterprint", function () {
    closed.forEach(function (box) { box.open = false; });
    closed = [];
  });

  // From a plain folder a browser may not read other pages for the excerpts of a search.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
