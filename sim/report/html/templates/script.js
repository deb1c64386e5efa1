// Only comfort: without scripts the page reads, prints and switches language all the same.
(function () {
  "use strict";
  var root = document.documentElement, words = JSON.parse(document.getElementById("words").textContent);
  var all = function (what, from) { return Array.prototype.slice.call((from || document).querySelectorAll(what)); };
  var seen = function (one) { return one.getClientRects().length > 0; };
  var text = function (name) { return words[root.lang][name]; };
  var tip = document.body.appendChild(document.createElement("div"));
  tip.id = "tip";
  tip.setAttribute("role", "status");

  // Language: that of the link, else the reader's own, else that of the run.
  var radios = all("input.language");
  function speak(lang) {
    root.lang = lang;
    document.title = text("title");
    all("svg.chart").forEach(function (svg) {
      if (svg.dataset["label" + lang[0].toUpperCase() + lang[1]]) { svg.setAttribute("aria-label", fact(svg, "label")); }
      delete svg.stops;
    });
    all("[data-word]").forEach(function (one) { one.textContent = text(one.dataset.word); });
    if ("ready" in root.dataset) { explore(); }
  }
  function fact(svg, name) { return svg.getAttribute("data-" + name + "-" + root.lang) || svg.getAttribute("data-" + name); }
  var hash = location.hash.slice(1);
  var asked = [hash.split("-").pop()].concat((navigator.languages || []).map(function (lang) { return lang.slice(0, 2); }));
  var radio = asked.map(function (lang) { return radios.filter(function (one) { return one.lang === lang; })[0]; }).filter(Boolean)[0];
  if (radio) { radio.checked = true; }
  radios.forEach(function (one) {
    one.addEventListener("change", function () { speak(one.lang); });
    if (one.checked) { speak(one.lang); }
  });
  function show(one) {
    for (var up = one; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    one.scrollIntoView({ block: "center" });
  }
  function arrive() {
    var name = location.hash.slice(1), one = document.getElementById(name) || document.getElementById(name.replace(/-(en|vi)$/, ""));
    if (name && one) { show(one); }
  }
  window.addEventListener("hashchange", arrive);
  arrive();

  // Values of a chart: each a text, the marks that show it and a place on the screen.
  function number(value) { return new Intl.NumberFormat(root.lang, { maximumFractionDigits: 1 }).format(value); }
  function points(path) {
    return path.getAttribute("d").slice(1).split(" ").map(Number).filter(function (_, i) { return i % 2; });
  }
  function lines(svg) {
    return all("path.line", svg).filter(seen).map(function (path) {
      var band = points(all("path.band[data-s='" + path.dataset.s + "']", svg)[0]), n = band.length / 2;
      return { name: text("scenarios")[path.dataset.s], mean: points(path), high: band.slice(0, n), low: band.slice(n).reverse() };
    });
  }
  function moment(svg, i) { return new Date(60000 * (Number(svg.dataset.from) + i * Number(svg.dataset.step))); }
  function plane(svg) { return all("svg > g", svg)[0].getScreenCTM(); }
  function table(text) { return text.split("\n").map(function (line) { return line.split("\t"); }); }
  function stops(svg) {
    if (svg.stops) { return svg.stops; }
    var found = [], rows = fact(svg, "rows"), cells = svg.dataset.cells;
    if (svg.dataset.from) {
      var drawn = lines(svg), clock = new Intl.DateTimeFormat(root.lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
      (drawn[0] ? drawn[0].mean : []).forEach(function (_, i) {
        found.push({ text: clock.format(moment(svg, i)) + drawn.map(function (line) {
          return "\n" + line.name + ": " + number(line.mean[i]) + " (" + number(line.low[i]) + "–" + number(line.high[i]) + ")";
        }).join(""), short: drawn.map(function (line) { return number(line.mean[i]); }).join(" · "), at: i });
      });
    } else if (cells) {
      var days = fact(svg, "days").split(" ");
      cells.split(" ").forEach(function (value, i) {
        var hour = i % 24;
        found.push({ text: days[Math.floor(i / 24)] + " " + hour + ":00–" + (hour + 1) + ":00 · " + (value === "-" ? "–" : value + "%"), at: i });
      });
    } else if (rows) {
      rows = table(rows);
      all(".m", svg).forEach(function (mark, i) {
        var row = rows[i + 1], first = row.length - mark.dataset.v.split(" ").length;
        var shown = row.slice(first).map(function (cell, k) { return "\n" + rows[0][first + k] + ": " + cell; });
        if (seen(mark)) { found.push({ text: row.slice(0, first).join(" · ") + shown.join(""), mark: mark, at: i }); }
      });
    }
    svg.stops = found;
    return found;
  }
  function alike(svg) {
    return svg.dataset.from ? all("svg.chart[data-from='" + svg.dataset.from + "']").filter(function (one) { return one.dataset.step === svg.dataset.step && seen(one); })
      : svg.dataset.cells ? all("svg.chart[data-cells]").filter(seen) : [svg];
  }
  function add(svg, name, facts, content) {
    var one = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
    Object.keys(facts).forEach(function (key) { one.setAttribute(key, facts[key]); });
    one.textContent = content || "";
  }
  function clear() {
    tip.textContent = "";
    all(".cross, .spot, .now").forEach(function (one) { one.remove(); });
    all(".on").forEach(function (one) { one.classList.remove("on"); });
    root.classList.remove("dim");
    all(".hot").forEach(function (one) { one.classList.remove("hot"); });
  }
  function point(svg, place, spot) {
    var stop = stops(svg)[place];
    clear();
    svg.place = place;
    if (!stop) { return; }
    alike(svg).forEach(function (other) {
      var its = stops(other)[place], box = all("svg", other)[0];
      if (!its || !box) { return; }
      var y = Number(box.getAttribute("y")), tall = Number(box.getAttribute("height"));
      if (other.dataset.from) {
        var x = 100 * place / (stops(other).length - 1) + "%";
        add(other, "line", { x1: x, x2: x, y1: y, y2: y + tall, "class": "cross" });
        add(other, "text", { x: x, y: y + 10, "class": "now b halo " + (place > stops(other).length / 2 ? "end" : "") }, its.short);
      } else {
        var row = tall / (other.dataset.cells.split(" ").length / 24);
        add(other, "rect", { x: 100 * (place % 24) / 24 + "%", y: y + row * Math.floor(place / 24), width: 100 / 24 + "%", height: row, "class": "spot" });
      }
    });
    var held = stop.mark || all(".spot, .cross", svg)[0], at = held.getBoundingClientRect();
    if (stop.mark) { stop.mark.classList.add("on"); }
    tip.style.left = "0";
    tip.textContent = stop.text;
    var left = spot ? spot.clientX : at.left + at.width / 2, top = spot ? spot.clientY : at.top;
    tip.style.left = Math.max(4, Math.min(left + 12, innerWidth - tip.offsetWidth - 6)) + "px";
    tip.style.top = (top - tip.offsetHeight - 10 > 0 ? top - tip.offsetHeight - 10 : top + 18) + "px";
    light((stop.mark && stop.mark.dataset.gate) || svg.dataset.gate);
  }
  function light(gate) {
    if (!gate) { return; }
    root.classList.add("dim");
    all("[data-gate='" + gate + "']").forEach(function (one) { one.classList.add("hot"); });
  }
  function nearest(svg, event) {
    if (svg.dataset.from || svg.dataset.cells) {
      var at = plane(svg), x = (event.clientX - at.e) / at.a, y = (event.clientY - at.f) / at.d;
      if (svg.dataset.from) { return Math.max(0, Math.min(stops(svg).length - 1, Math.round(x))); }
      var day = svg.dataset.cells.split(" ").length / 24 - 1 - Math.floor(y);
      return x < 0 || x >= 24 || y < 0 || !stops(svg)[24 * day] ? -1 : 24 * day + Math.floor(x);
    }
    var mark = event.target.closest(".m");
    return mark ? stops(svg).findIndex(function (stop) { return stop.mark === mark; }) : -1;
  }
  // A gate leads to its stages, cargo and costs; a stage to its line in the file and its evidence.
  function follow(from) {
    var one = from.closest("[data-stage], [data-gate]");
    if (!one) { return; }
    var name = one.dataset.stage ? "th[data-stage='" + one.dataset.stage + "']" : "[data-card='" + one.dataset.gate + "']";
    var found = all(name).filter(ours)[0];
    if (!found) { return; }
    clear();
    all(".found").forEach(function (other) { other.classList.remove("found"); });
    (found.closest("tr") || found).classList.add("found");
    show(found);
  }
  function enliven(svg) {
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", function (event) {
      var place = nearest(svg, event);
      if (place >= 0) { point(svg, place, event); } else { clear(); }
    });
    svg.addEventListener("pointerleave", clear);
    svg.addEventListener("blur", clear);
    svg.addEventListener("focus", function () { if (svg.matches(":focus-visible")) { point(svg, svg.place || 0); } });
    svg.addEventListener("click", function (event) {
      if (event.target.closest("a")) { event.preventDefault(); }
      follow(event.target);
    });
    svg.addEventListener("keydown", function (event) {
      var row = svg.dataset.cells ? 24 : 1, n = stops(svg).length, place = svg.place || 0;
      var next = { ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + row, ArrowUp: place - row, Home: 0, End: n - 1 }[event.key];
      if (event.key === "Escape") { clear(); }
      if (event.key === "Enter" && stops(svg)[place]) { follow(stops(svg)[place].mark || svg); }
      if (next === undefined) { return; }
      event.preventDefault();
      point(svg, Math.max(0, Math.min(n - 1, next)));
    });
  }

  // Scenarios on and off.
  function switchable(item) {
    var button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append.apply(button, Array.prototype.slice.call(item.childNodes));
    item.append(button);
    button.addEventListener("click", function () {
      var on = button.getAttribute("aria-pressed") !== "true", mine = "[data-s='" + item.dataset.s + "']";
      all(".legend li" + mine + " button").forEach(function (one) { one.setAttribute("aria-pressed", String(on)); });
      all(".chart " + mine).forEach(function (one) { one.style.display = on ? "" : "none"; });
      all("svg.chart").forEach(function (svg) { delete svg.stops; });
    });
  }

  // Tables are sorted by a click on a column and copied whole; charts give their numbers.
  function value(cell) {
    var shown = cell ? cell.textContent : "", found = shown.replace(/[−▼]\s*/g, "-").match(/-?\d[\d.,]*/);
    if (!found) { return null; }
    return Number(root.lang === "vi" ? found[0].replace(/\./g, "").replace(",", ".") : found[0].replace(/,/g, ""));
  }
  function spread(body) {
    all("[rowspan]", body).forEach(function (cell) {
      var row = cell.parentElement, place = cell.cellIndex, times = cell.rowSpan;
      cell.removeAttribute("rowspan");
      for (var i = 1; i < times; i++) {
        row = row.nextElementSibling;
        row.insertBefore(cell.cloneNode(true), row.cells[place] || null);
      }
    });
  }
  function sort(head) {
    var body = head.closest("table").tBodies[0], place = head.cellIndex, up = head.getAttribute("aria-sort") !== "ascending";
    spread(body);
    var keyed = all("tr", body).map(function (row) { return { row: row, number: value(row.cells[place]), text: row.cells[place] ? row.cells[place].textContent : "" }; });
    var counted = keyed.filter(function (one) { return one.number !== null; }).length * 2 > keyed.length;
    keyed.sort(function (a, b) {
      var order = counted ? (a.number === null) - (b.number === null) || a.number - b.number : a.text.localeCompare(b.text, root.lang);
      return up ? order : -order;
    }).forEach(function (one) { body.append(one.row); });
    all("th", head.parentElement).forEach(function (one) { one.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  function tool(word, work) {
    var bar = document.createElement("div"), button = bar.appendChild(document.createElement("button"));
    bar.className = "tools";
    button.type = "button";
    button.dataset.word = word;
    button.textContent = text(word);
    button.addEventListener("click", function () { work(button); });
    return bar;
  }
  function sortable(table) {
    all("thead th", table).forEach(function (head) {
      head.tabIndex = 0;
      head.addEventListener("click", function () { sort(head); });
      head.addEventListener("keydown", function (event) { if (event.key === "Enter") { sort(head); } });
    });
    table.parentElement.before(tool("copy", function (button) {
      getSelection().selectAllChildren(table);
      document.execCommand("copy");
      getSelection().removeAllRanges();
      button.textContent = text("copied");
    }));
  }
  function numbers(svg) {
    var name = fact(svg, "label"), rows = fact(svg, "rows");
    if (svg.dataset.from) {
      return [["place", "time", "scenario", "mean", "low", "high"].map(text)].concat([].concat.apply([], lines(svg).map(function (line) {
        return line.mean.map(function (mean, i) { return [name, moment(svg, i).toISOString().slice(5, 16).replace("T", " "), line.name, mean, line.low[i], line.high[i]]; });
      })));
    }
    if (svg.dataset.cells) {
      var days = fact(svg, "days").split(" ");
      return [["place", "day", "hour", "busy"].map(text)].concat(svg.dataset.cells.split(" ").map(function (busy, i) {
        return [name, days[Math.floor(i / 24)], i % 24, busy === "-" ? "" : Number(busy)];
      }));
    }
    return table(rows || "").map(function (row, i) {
      var exact = i ? all(".m", svg)[i - 1].dataset.v.split(" ").map(Number) : [];
      return row.slice(0, row.length - exact.length).concat(exact);
    });
  }
  function csv(rows) {
    var comma = root.lang === "vi";
    return "\ufeff" + rows.map(function (row) {
      return row.map(function (cell) {
        return typeof cell === "number" ? (comma ? String(cell).replace(".", ",") : String(cell)) : '"' + cell.replace(/"/g, '""') + '"';
      }).join(comma ? ";" : ",");
    }).join("\r\n") + "\r\n";
  }
  function downloadable(figure) {
    figure.append(tool("csv", function () {
      var rows = [];
      all("svg.chart", figure).forEach(function (svg) { rows = rows.concat(rows.length ? numbers(svg).slice(1) : numbers(svg)); });
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv" }));
      link.download = (figure.closest("[id]") || document.body).id + ".csv";
      link.click();
    }));
  }
  // Bars of a chosen measure, direction and cargo, read off the tables of the page.
  function ours(one) { return one.closest("[lang]").lang === root.lang; }
  function entries() {
    var found = [];
    all("#measures td[data-measure]").filter(ours).forEach(function (cell) {
      var at = cell.cellIndex, cells = cell.parentElement.cells, fact = cell.dataset;
      found.push({ gate: fact.gate, direction: fact.direction, cargo: "", measure: text("measures")[fact.measure], shown: text("scenarios").map(function (_, k) { return cells[k ? at + 2 * k - 1 : at].textContent; }) });
    });
    all("#gates th[data-cargo]").filter(ours).forEach(function (head) {
      var cells = head.parentElement.cells, fact = head.dataset, of = text("of_cargo");
      of.forEach(function (measure, m) {
        found.push({ gate: fact.gate, direction: fact.direction, cargo: text("cargo")[fact.cargo], measure: measure, shown: text("scenarios").map(function (_, k) { return cells[1 + of.length * k + m].textContent; }) });
      });
    });
    return found;
  }
  function explore() {
    var box = document.getElementById("explore");
    if (!box) { return; }
    var known = entries(), chosen = [0, 0, 0], names = ["measure", "cargo", "direction"], bars = document.createElement("dl");
    var selects = ["measure", "choose_cargo", "direction"].map(function (word, place) {
      var label = document.createElement("label"), select = document.createElement("select");
      label.append(text(word), select);
      select.addEventListener("change", function () { chosen[place] = select.selectedIndex; draw(); });
      return select;
    });
    box.replaceChildren.apply(box, selects.map(function (select) { return select.parentElement; }).concat(bars));
    box.hidden = !known.length;
    function draw() {
      var left = known;
      selects.forEach(function (select, place) {
        var options = left.map(function (one) { return one[names[place]]; }).filter(function (one, i, every) { return every.indexOf(one) === i; });
        chosen[place] = Math.min(chosen[place], options.length - 1);
        select.replaceChildren.apply(select, options.map(function (one) { return new Option(text("directions")[one] || one || text("all_cargo")); }));
        select.selectedIndex = chosen[place];
        select.disabled = options.length < 2;
        left = left.filter(function (one) { return one[names[place]] === options[chosen[place]]; });
      });
      var most = Math.max.apply(null, left.map(function (one) { return Math.max.apply(null, one.shown.map(size)); }));
      bars.replaceChildren();
      left.forEach(function (one) {
        var name = bars.appendChild(document.createElement("dt")), cell = bars.appendChild(document.createElement("dd"));
        name.textContent = text("gates")[one.gate];
        one.shown.forEach(function (shown, k) {
          var line = cell.appendChild(document.createElement("div")), bar = line.appendChild(document.createElement("i"));
          bar.className = "s" + (one.shown.length > 1 ? k % 5 : 1);
          bar.style.width = (most ? 60 * size(shown) / most : 0) + "%";
          line.append(shown + (one.shown.length > 1 ? " · " + text("scenarios")[k] : ""));
        });
      });
    }
    draw();
  }
  function size(shown) { return Math.abs(value({ textContent: shown }) || 0); }
  function respond(from) {
    all("svg.chart", from).forEach(enliven);
    all(".legend li[data-s]", from).forEach(switchable);
    all(".scroll > table", from).forEach(sortable);
    all("figure.grid", from).forEach(downloadable);
  }
  // For a page that shows parts of a report as they come, with the words of these parts.
  window.langson = { respond: function (from, own) { words = own; respond(from); } };
  // What a reader sees first is painted before the rest is made to respond.
  requestAnimationFrame(function () {
    setTimeout(function () {
      respond(document);
      explore();
      root.dataset.ready = "";
    });
  });

  // Paper shows what is folded.
  window.addEventListener("beforeprint", function () {
    all("details:not([open]):not(.longer)").forEach(function (one) { one.open = true; one.dataset.shut = ""; });
  });
  window.addEventListener("afterprint", function () {
    all("details[data-shut]").forEach(function (one) { one.open = false; delete one.dataset.shut; });
  });

  // Sliders: the numbers of the chosen point, written in the page's language beforehand.
  all(".controls").forEach(function (controls) {
    var data = JSON.parse(controls.parentElement.querySelector("script").textContent);
    var inputs = all("input", controls), cells = all("[data-value]", controls);
    function choose() {
      var point = 0;
      inputs.forEach(function (input, i) {
        var level = data.levels[i][input.value];
        point = point * data.levels[i].length + Number(input.value);
        input.setAttribute("aria-valuetext", level);
        input.parentElement.querySelector("output").textContent = level;
      });
      cells.forEach(function (cell, i) { cell.textContent = data.rows[point][i]; });
    }
    inputs.forEach(function (input) { input.addEventListener("input", choose); });
    controls.hidden = false;
    choose();
  });
})();
