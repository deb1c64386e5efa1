// Only comfort: without scripts the page reads and switches language all the same.
(function () {
  "use strict";
  var radios = document.querySelectorAll("input.language");
  function speak(radio) {
    var heading = document.querySelector("main[lang=" + radio.id + "] h1");
    document.documentElement.lang = radio.id;
    document.title = heading.textContent;
  }
  radios.forEach(function (radio) {
    radio.addEventListener("change", function () { speak(radio); });
    if (location.hash === "#" + radio.id || location.hash.endsWith("-" + radio.id)) {
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
})();
