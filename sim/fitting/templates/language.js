// Opens in the language of the reader's browser; a link that ends in #en or #vi goes before it.
(function () {
  "use strict";
  var asked = location.hash.slice(1);
  var spoken = [asked].concat(navigator.languages || [navigator.language || ""]);
  var radios = Array.from(document.querySelectorAll("input.language"));
  function speak(radio) {
    document.documentElement.lang = radio.lang;
    document.title = document.querySelector("main[lang=" + radio.lang + "] h1").textContent;
  }
  var tongue = spoken.map(function (name) {
    return radios.find(function (radio) { return name.split("-")[0] === radio.lang; });
  }).find(Boolean);
  if (tongue) { tongue.checked = true; speak(tongue); }
  radios.forEach(function (radio) {
    radio.addEventListener("change", function () { speak(radio); });
  });
})();
