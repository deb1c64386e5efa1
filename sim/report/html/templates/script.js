// Only comfort: without scripts the page reads and switches language all the same.
(function () {
  "use strict";
  var radios = document.querySelectorAll("input.language");
  function speak(radio) {
    var heading = document.querySelector("main[lang=" + radio.lang + "] h1");
    document.documentElement.lang = radio.lang;
    document.title = heading.textContent;
  }
  radios.forEach(function (radio) {
    radio.addEventListener("change", function () { speak(radio); });
    if (location.hash === "#" + radio.lang || location.hash.endsWith("-" + radio.lang)) {
      radio.checked = true;
      speak(radio);
    }
  });
  // A link into the page in the other language, or a language kept by the browser on reload.
  radios.forEach(function (radio) { if (radio.checked) { speak(radio); } });
  if (location.hash.indexOf("-") > 0) {
    var target = document.getElementById(location.hash.slice(1));
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open]):not(.longer)").forEach(function (one) {
      one.open = true;
      one.dataset.shut = "";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-shut]").forEach(function (one) {
      one.open = false;
      delete one.dataset.shut;
    });
  });
  // Sliders: the numbers of the chosen point, written in the page's language beforehand.
  document.querySelectorAll(".controls").forEach(function (controls) {
    var data = JSON.parse(controls.parentElement.querySelector("script").textContent);
    var inputs = controls.querySelectorAll("input");
    var cells = controls.querySelectorAll("[data-value]");
    function show() {
      var point = 0;
      inputs.forEach(function (input, i) {
        var level = data.levels[i][input.value];
        point = point * data.levels[i].length + Number(input.value);
        input.setAttribute("aria-valuetext", level);
        input.parentElement.querySelector("output").textContent = level;
      });
      cells.forEach(function (cell, i) { cell.textContent = data.rows[point][i]; });
    }
    inputs.forEach(function (input) { input.addEventListener("input", show); });
    controls.hidden = false;
    show();
  });
})();
