// The app's pages. Numbers and sentences come from the server; this moves sliders, asks, and shows.
(function () {
  "use strict";
  var trouble = document.getElementById("trouble");

  function tell(text) {
    trouble.textContent = text || "";
    trouble.hidden = !text;
  }

  function send(method, address, body, signal) {
    return fetch(address, {
      method: method, body: JSON.stringify(body), signal: signal, keepalive: method === "PUT",
      headers: { "content-type": "application/json" }
    }).then(function (response) {
      if (response.ok) { return response; }
      return response.json().then(function (known) {
        var error = new Error(known.error);
        error.status = response.status;
        throw error;
      });
    });
  }

  document.querySelectorAll("[data-question]").forEach(function (button) {
    button.addEventListener("click", function () {
      var asked = { question: button.dataset.question, lang: document.body.dataset.lang };
      send("POST", "begin", asked).then(function (response) { return response.json(); })
        .then(function (begun) { location.href = "study/" + begun.id; })
        .catch(function (error) { tell(error.message); });
    });
  });

  var holder = document.getElementById("data");
  if (!holder) { return; }
  var data = JSON.parse(holder.textContent), words = data.words, study = data.study;
  var page = sessionStorage.getItem("page");
  if (!page) {
    page = Array.from(crypto.getRandomValues(new Uint8Array(8)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
    sessionStorage.setItem("page", page);
  }
  var revision = data.revision, controls = {}, gates = {}, past = [];
  var status = document.getElementById("status");
  var answers = { gate: document.getElementById("gate-answer"), all: document.getElementById("all-answer") };

  function say(key, values) {
    return words[key].replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function number(value) {
    return new Intl.NumberFormat(data.lang === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 6 })
      .format(value);
  }

  function element(tag, properties, children) {
    var made = document.createElement(tag);
    Object.entries(properties || {}).forEach(function (pair) {
      if (pair[0] in made) { made[pair[0]] = pair[1]; } else { made.setAttribute(pair[0], pair[1]); }
    });
    (children || []).forEach(function (child) { made.append(child); });
    return made;
  }

  // ---- saving: one request at a time, the latest study after it
  var saving = null, unsaved = false;
  function save() {
    unsaved = true;
    if (saving) { return; }
    unsaved = false;
    saving = send("PUT", data.id, { revision: revision, study: study })
      .then(function (response) { return response.json(); })
      .then(function (saved) { revision = saved.revision; })
      .catch(function (error) {
        tell(error.status === 409 ? words.outdated : say("unsaved", { reason: error.message }));
      })
      .finally(function () { saving = null; if (unsaved) { save(); } });
  }

  // ---- asking: a newer question ends an older one; long ones have a process of their own
  var asking = { quick: null, long: null };
  function stream(kind, name, onPart, pace) {
    var own = new AbortController(), turn = pace || "quick";
    if (asking[turn]) { asking[turn].abort(); }
    asking[turn] = own;
    var asker = turn === "quick" ? page : page.split("").reverse().join("");
    return send("POST", "../ask/" + kind, { page: asker, study: study, name: name || "" }, own.signal)
      .then(function (response) {
        var reader = response.body.getReader(), decoder = new TextDecoder(), rest = "";
        function next() {
          return reader.read().then(function (piece) {
            if (asking[turn] !== own) { return; }
            rest += decoder.decode(piece.value || new Uint8Array(), { stream: !piece.done });
            var lines = rest.split("\n");
            rest = lines.pop();
            lines.filter(Boolean).forEach(function (line) {
              var part = JSON.parse(line);
              if (part.lost) { throw new Error(words.lost); }
              if (part.error) { throw new Error(part.error); }
              onPart(part);
            });
            return piece.done ? undefined : next();
          });
        }
        return next();
      })
      .catch(function (error) {
        if (error.name === "AbortError" || asking[turn] !== own) { return; }
        status.className = "";
        status.textContent = "";
        tell(error.message);
      });
  }

  function ask() {
    status.className = "busy";
    status.textContent = words.asking;
    answers.gate.setAttribute("aria-busy", "true");
    answers.all.classList.add("old");
    return stream("answer", "", function (part) {
      tell("");
      show(part);
    });
  }

  function show(part) {
    var box = answers[part.part];
    var open = Array.from(box.querySelectorAll("details"), function (one) { return one.open; });
    box.innerHTML = part.html;
    var place = part.part === "gate" ? gates[study.gate] || study.gate : words.every_gate;
    box.prepend(element("h2", { textContent: place }));
    window.langson.respond(box, part.words);
    box.classList.remove("old");
    box.querySelectorAll("details").forEach(function (one, i) { if (open[i]) { one.open = true; } });
    if (part.part === "all") {
      var goals = document.getElementById("goals");
      goals.replaceChildren.apply(goals, part.goal.map(function (goal) {
        return element("li", { className: goal.sure ? (goal.met ? "met" : "missed") : "", textContent: goal.text });
      }));
    }
    status.className = part.last ? "" : "busy";
    status.textContent = say("shown." + part.part, {
      gate: gates[study.gate] || study.gate, n: number(part.replications),
      seconds: number(Math.round(part.seconds * 10) / 10)
    });
    answers.gate.setAttribute("aria-busy", String(!part.last));
  }

  // ---- the study and its undo
  function changed(before) {
    past.push(JSON.stringify(before));
    document.getElementById("undo").disabled = false;
    save();
  }

  function replace(option) {
    var before = study.option, relist = String(before.upgrades) !== String(option.upgrades);
    study.option = option;
    save();
    return relist ? list().then(ask) : (draw(), ask());
  }

  function edit(change) {
    var before = JSON.parse(JSON.stringify(study.option));
    change(study.option);
    changed(before);
  }

  // ---- sliders
  function draw() {
    document.getElementById("title").textContent = study.option.title || data.title[data.lang];
    document.querySelectorAll("[data-group]").forEach(function (group) {
      var own = Object.values(controls).filter(function (control) {
        return control.group === group.dataset.group &&
          (control.gate === study.gate || control.name in study.option.moved);
      });
      group.hidden = !own.length;
      if (own.some(function (control) { return control.name in study.option.moved; })) { group.open = true; }
      group.querySelector(".sliders").replaceChildren.apply(
        group.querySelector(".sliders"), own.map(slider));
    });
    closures();
  }

  function slider(control) {
    var id = "c-" + control.name, moved = study.option.moved;
    var unit = control.unit[data.lang];
    var shown = element("output", { htmlFor: id });
    var input = element("input", {
      type: "range", id: id, min: control.low, max: control.high, step: control.step,
      value: control.name in moved ? moved[control.name] : control.base
    });
    var back = element("button", { type: "button", textContent: words.back });
    var box = element("div", { className: "slider" }, [
      element("label", { htmlFor: id, textContent: control.title[data.lang] }), shown, input,
      element("small", {}, [
        element("span", { textContent: say("range", { low: number(control.low), high: number(control.high) }) }), back,
        element("details", {}, [
          element("summary", { textContent: words["kind." + control.kind] + " · " + control.place }),
          element("span", { textContent: control.note[data.lang] })])])]);
    function write() {
      var is = control.name in moved, value = Number(input.value);
      box.classList.toggle("moved", is);
      back.hidden = !is;
      input.setAttribute("aria-valuetext", number(value) + " " + unit);
      shown.replaceChildren.apply(shown, is
        ? [element("span", { className: "was", textContent: number(control.base) }), " " + number(value) + " " + unit]
        : [number(value) + " " + unit]);
    }
    function put(value) {
      if (value === control.base) { delete moved[control.name]; } else { moved[control.name] = value; }
      write();
      ask();
    }
    var before = null;
    input.addEventListener("input", function () {
      before = before || JSON.parse(JSON.stringify(study.option));
      put(Number(input.value));
    });
    input.addEventListener("change", function () {
      if (before) { changed(before); before = null; }
    });
    back.addEventListener("click", function () {
      edit(function () { input.value = control.base; put(control.base); });
      input.focus();
    });
    write();
    return box;
  }

  function closures() {
    var rows = document.querySelector("#closures .rows");
    rows.replaceChildren.apply(rows, study.option.closures.map(function (closure, i) {
      function field(tag, name, properties, children) {
        var made = element(tag, Object.assign({ "aria-label": words["closure." + name] }, properties), children);
        made.value = closure[name];
        made.addEventListener("change", function () {
          if (!made.value) { return; }
          edit(function (option) { option.closures[i][name] = made.value; });
          if (study.option.closures[i].last < study.option.closures[i].first) { tell(words.order); return; }
          ask();
        });
        return made;
      }
      var drop = element("button", { type: "button", textContent: "×", "aria-label": words.drop });
      drop.addEventListener("click", function () {
        edit(function (option) { option.closures.splice(i, 1); });
        draw();
        ask();
      });
      return element("div", { className: "closure" }, [
        field("select", "side", {}, data.closable.map(function (side) {
          return element("option", { value: side, textContent: words["side." + side] });
        })),
        field("input", "first", { type: "date" }), field("input", "last", { type: "date" }), drop]);
    }));
  }

  document.getElementById("add-closure").addEventListener("click", function () {
    edit(function (option) { option.closures.push({ side: data.closable[data.closable.length - 1], first: data.start, last: data.start }); });
    draw();
    ask();
  });

  // ---- upgrades and gates
  function upgrades() {
    var box = document.getElementById("upgrades");
    box.replaceChildren.apply(box, Object.keys(data.upgrades).map(function (name) {
      var tick = element("input", { type: "checkbox", id: "u-" + name, checked: study.option.upgrades.includes(name) });
      tick.addEventListener("change", function () {
        edit(function (option) {
          option.upgrades = option.upgrades.filter(function (other) { return other !== name; });
          if (tick.checked) { option.upgrades.push(name); }
        });
        list().then(ask);
      });
      return element("div", { className: "upgrade" }, [tick, element("label", { htmlFor: "u-" + name, textContent: data.upgrades[name] })]);
    }));
    var n = study.option.upgrades.length;
    document.getElementById("upgrade-count").textContent = n ? "(" + number(n) + ")" : "";
  }

  function list() {
    return stream("controls", "", function (part) {
      controls = {};
      part.controls.forEach(function (control) { controls[control.name] = control; });
      part.gone.forEach(function (name) { delete study.option.moved[name]; });
      data.title = part.title;
      data.start = part.start;
      data.closable = part.closable;
      document.getElementById("closures").hidden = !part.closable.length;
      gates = {};
      var select = document.getElementById("gate");
      select.replaceChildren.apply(select, Object.entries(part.gates).map(function (pair) {
        gates[pair[0]] = pair[1][data.lang];
        return element("option", { value: pair[0], textContent: pair[1][data.lang] });
      }));
      select.value = study.gate;
      upgrades();
      draw();
      tell(part.gone.length ? say("gone", { names: part.gone.join(", ") }) : "");
    });
  }

  document.getElementById("gate").addEventListener("change", function (event) {
    study.gate = event.target.value;
    save();
    draw();
    ask();
  });

  var goal = document.getElementById("goal");
  goal.value = study.goal;
  goal.addEventListener("change", function () {
    study.goal = goal.value.trim();
    save();
    ask();
  });

  // ---- undo, pin, reset, language, keep
  document.getElementById("undo").addEventListener("click", function (event) {
    replace(JSON.parse(past.pop()));
    event.target.disabled = !past.length;
  });
  document.getElementById("reset").addEventListener("click", function () {
    changed(JSON.parse(JSON.stringify(study.option)));
    replace({ title: "", upgrades: [], moved: {}, closures: [] });
  });
  document.getElementById("pin").addEventListener("click", function () {
    if (study.pinned.length >= 3) { tell(words.most_pins); return; }
    var copy = JSON.parse(JSON.stringify(study.option));
    copy.title = copy.title || say("pin", { n: study.pinned.length + 1 });
    study.pinned.push(copy);
    save();
    pins();
    ask();
  });
  function pins() {
    var box = document.getElementById("pinned");
    box.replaceChildren.apply(box, study.pinned.map(function (option, i) {
      var drop = element("button", { type: "button", textContent: "×", "aria-label": words.drop });
      var take = element("button", { type: "button", textContent: words.take });
      drop.addEventListener("click", function () { study.pinned.splice(i, 1); save(); pins(); ask(); });
      take.addEventListener("click", function () {
        changed(JSON.parse(JSON.stringify(study.option)));
        replace(Object.assign(JSON.parse(JSON.stringify(option)), { title: study.option.title }));
      });
      var title = element("input", { value: option.title, "aria-label": words.pin_title, maxLength: 100 });
      title.addEventListener("change", function () { option.title = title.value; save(); ask(); });
      return element("p", { className: "row" }, [title, take, drop]);
    }));
  }
  document.getElementById("language").addEventListener("click", function () {
    study.lang = data.lang === "en" ? "vi" : "en";
    send("PUT", data.id, { revision: revision, study: study })
      .then(function () { location.reload(); })
      .catch(function (error) { tell(error.message); });
  });
  document.getElementById("save").addEventListener("click", function () {
    var name = document.getElementById("name").value.trim();
    if (!name) { tell(words.no_name); return; }
    status.className = "busy";
    status.textContent = words.keeping;
    stream("keep", name, function (part) {
      status.className = status.textContent = "";
      tell("");
      var base = "../result/" + encodeURIComponent(part.folder) + "/";
      document.getElementById("kept").replaceChildren(
        element("p", {}, [words.command + " ", element("code", { textContent: part.command })]),
        element("p", { className: "row" }, [
          element("a", { href: base + "report.html", target: "_blank", rel: "noopener", textContent: words.report }),
          element("a", { href: base + part.workbook, download: "", textContent: words.workbook }),
          element("a", { href: "../saved/" + encodeURIComponent(part.saved), download: "", textContent: words.overlay })]),
        element("pre", { textContent: part.text }));
    });
  });

  document.getElementById("appraise").addEventListener("click", function () {
    var state = document.getElementById("appraising"), box = document.getElementById("appraised");
    function table(head, rows) {
      return element("div", { className: "scroll" }, [element("table", {}, [
        element("thead", {}, [element("tr", {}, head.map(function (text) { return element("th", { textContent: text }); }))]),
        element("tbody", {}, rows.map(function (row) {
          return element("tr", {}, row.map(function (text, i) {
            return i ? element("td", { textContent: text }) : element("th", { scope: "row", textContent: text });
          }));
        }))])]);
    }
    state.textContent = words.appraising;
    stream("years", "", function (part) {
      box.replaceChildren.apply(box, [table([], part.rows)].concat(
        part.sentences.filter(Boolean).map(function (text) { return element("p", { textContent: text }); }),
        [table([""].concat(part.columns), part.hours)]));
    }, "long").finally(function () { state.textContent = ""; });
  });

  pins();
  list().then(ask);
})();
