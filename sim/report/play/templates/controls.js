// Clock, buttons, keys, and the story of a vehicle.

(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const sides = data.sides.map(side => readSide(side, data.tenths));
  const find = id => document.getElementById(id);
  const languages = document.querySelectorAll("input.language"), report = document.querySelector("a.beside");
  const canvas = find("stage"), scrubber = find("scrubber"), story = find("story");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const STEP = 5, MOVING = 0.5, SLOWLY = 20;
  const fullest = data.gates.reduce((best, gate) => peak(gate.id).count > peak(best.id).count ? gate : best, data.gates[0]);
  const state = {
    lang: document.documentElement.lang, minute: 360, speed: data.speeds.indexOf(10), playing: false,
    gate: data.gate || null, chosen: null,
  };
  let plan, look, frames, marks = [], last = 0, drawn = 0;

  const text = key => data.texts[state.lang][key];
  const number = value => String(value).replace(/\B(?=(\d{3})+$)/g, state.lang === "vi" ? "." : ",");
  const two = value => String(value).padStart(2, "0");
  const clock = minute => `${two(Math.floor(minute / 60) % 24)}:${two(Math.floor(minute) % 60)}`;

  /** The minute of a gate's longest queues at open stages, of either scenario, and their length. */
  function peak(gate) {
    let best = { minute: 0, count: -1 };
    for (const side of sides) {
      for (let minute = 0; minute <= data.length; minute += STEP) {
        const count = queuedWhileOpen(side, gate, minute);
        if (count > best.count) best = { minute, count };
      }
    }
    return best;
  }

  /** The gates on the screen: all of them where there is room, else one. */
  function shownGates() {
    const all = allFit(canvas.parentElement.clientWidth, sides, data.gates);
    find("gates").firstElementChild.hidden = !all || data.gates.length === 1;
    if (state.gate === null && all) return data.gates;
    const gate = state.gate === null ? fullest.id : state.gate;
    return data.gates.filter(one => one.id === gate);
  }

  /** Set up the picture for the width, the gates and the language. */
  function layAll() {
    const width = Math.max(300, canvas.parentElement.clientWidth), ratio = devicePixelRatio || 1;
    const gates = shownGates(), gate = gates.length === data.gates.length ? null : gates[0].id;
    const named = gates.length === 1 ? gates[0].id : "";
    for (const button of find("gates").children) {
      button.setAttribute("aria-pressed", String(button.dataset.gate === named));
    }
    plan = layOut(sides, gates, width);
    const context = sized(canvas, width, plan.height, ratio);
    frames = document.createElement("canvas");
    drawFrames(sized(frames, width, plan.height, ratio), plan, sides, state.lang);
    look = { number, stripes: stripes(context), stamps: stamps(plan.size, ratio) };
    const curves = sides.map(side => {
      const curve = [];
      for (let minute = 0; minute <= data.length; minute += STEP) curve.push(queued(side, gate, minute));
      return curve;
    });
    const top = Math.max(...curves.flat());
    drawScrubber(sized(scrubber.firstElementChild, width, 58, ratio), curves, width, data.length / 60, Math.max(1, top));
    find("most").textContent = number(top);
    scrubber.setAttribute("aria-valuemax", data.length);
    show();
  }

  function sized(canvas, width, height, ratio) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
  }

  /** Say everything in the language chosen. */
  function speak(lang) {
    state.lang = document.documentElement.lang = lang;
    for (const one of document.querySelectorAll("[data-text]")) one.textContent = text(one.dataset.text);
    for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", text(one.dataset.label));
    for (const one of languages) one.checked = one.lang === lang;
    document.title = `${sides.map(side => side.title[lang]).join(" · ")} · ${text("kind")}`;
    find("date").textContent = data.dates[lang];
    report.textContent = text("report");
    report.hash = lang;
    const line = (colour, dash) => `<svg width="26" height="12" aria-hidden="true"><path d="M0 6H26" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/></svg>`;
    find("lines").replaceChildren(...sides.map((side, i) => labelled("span",
      line(SIDES[i], i || sides.length === 1 ? "" : "5 3"), side.title[lang])));
    const marks = Object.entries(KINDS).map(([kind, colour]) => labelled("li", {
      export: `<svg width="12" height="12"><circle cx="6" cy="6" r="4.5" fill="${colour}"/></svg>`,
      fruit: `<svg width="12" height="12"><path d="M6 1L11 6L6 11L1 6Z" fill="${colour}"/></svg>`,
      import: `<svg width="12" height="12"><circle cx="6" cy="6" r="4" fill="none" stroke="${colour}" stroke-width="2"/></svg>`,
    }[kind], text(kind)));
    const hatch = '<svg width="22" height="12"><path fill="#eceff2" d="M0 0H22V12H0Z"/><path stroke="#b4bdc6" d="M0 8L8 0M2 12L14 0M8 12L20 0M14 12L22 4"/></svg>';
    const train = `<svg width="26" height="12"><path stroke="${KINDS.export}" stroke-width="8" stroke-dasharray="3 1" d="M0 6H26"/></svg>`;
    const trains = sides.some(side => side.flows.some(flow => flow.wagons));
    find("legend").replaceChildren(...marks, ...(trains ? [labelled("li", train, text("train"))] : []), labelled("li", hatch, text("closed")));
    const all = gateButton("", text("all"));
    find("gates").replaceChildren(all, ...data.gates.map(gate => gateButton(gate.id, gate.title[lang])));
    tellStory();
    layAll();
  }

  /** An element with a drawing of ours before a text that may come from anywhere. */
  function labelled(tag, drawing, words) {
    const made = document.createElement(tag);
    made.innerHTML = drawing;
    made.append(words);
    return made;
  }

  function gateButton(id, title) {
    const button = labelled("button", "", title);
    button.type = "button";
    button.dataset.gate = id;
    button.append(document.createElement("b"));
    button.onclick = () => { state.gate = id || null; layAll(); };
    return button;
  }

  /** Draw the minute and write it in all places. */
  function show() {
    const { minute } = state, ratio = devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, plan.width, plan.height);
    context.drawImage(frames, 0, 0, frames.width / ratio, frames.height / ratio);
    const speed = data.speeds[state.speed];
    const moving = state.playing && !calm.matches && speed <= SLOWLY ? MOVING * speed : 0;
    marks = drawMinute(context, plan, look, minute, moving, state.chosen);
    drawn++;
    write(find("clock"), `<b>${clock(minute)}</b> ${text("vietnam")} <span>· ${clock(minute + 60)} ${text("beijing")}</span>`);
    write(find("play"), text(state.playing ? "pause" : "play"));
    write(find("speed"), `${speed} ${text("speed")}`);
    find("slower").disabled = state.speed === 0;
    find("faster").disabled = state.speed === data.speeds.length - 1;
    scrubber.lastElementChild.style.left = `${minute / data.length * 100}%`;
    for (const button of find("gates").children) {
      const counts = sides.map(side => queued(side, button.dataset.gate || null, minute));
      const figures = button.lastElementChild;
      write(figures, counts.map(number).join(" | "));
      figures.className = Math.max(...counts) > MANY && button.dataset.gate ? "over" : "";
    }
    if (!state.playing) {
      const counts = sides.map(side => `${side.title[state.lang]}: ${number(queued(side, null, minute))}`);
      const said = `${clock(minute)}. ${text("scrubber")}. ${counts.join("; ")}`;
      canvas.setAttribute("aria-label", said);
      scrubber.setAttribute("aria-valuetext", said);
      scrubber.setAttribute("aria-valuenow", Math.round(minute));
    }
    markNow();
  }

  function write(element, html) {
    if (element.written !== html) element.innerHTML = element.written = html;
  }

  function seek(minute) {
    state.minute = Math.min(data.length, Math.max(0, minute));
    show();
  }

  function play(on) {
    if (on && state.minute >= data.length) state.minute = 0;
    state.playing = on;
    last = 0;
    show();
    if (on) requestAnimationFrame(tick);
  }

  /** The next frame; those who want no motion get one a second. */
  function tick(now) {
    if (!state.playing) return;
    const since = last ? now - last : 0;
    if (!last || !calm.matches || since >= 1000) {
      last = now;
      seek(state.minute + Math.min(since, calm.matches ? 1000 : 250) / 1000 * data.speeds[state.speed]);
      if (state.minute >= data.length) return play(false);
    }
    requestAnimationFrame(tick);
  }

  function faster(by) {
    state.speed = Math.min(data.speeds.length - 1, Math.max(0, state.speed + by));
    show();
  }

  function worst() {
    seek(peak(plan.columns.length === sides.length && data.gates.length > 1 ? plan.columns[0].gate.id : null).minute);
  }

  /** Tell of the vehicle chosen, on each side, as a table of its stages. */
  function tellStory() {
    story.hidden = state.chosen === null;
    document.body.classList.toggle("telling", !story.hidden);
    if (story.hidden) return;
    story.replaceChildren();
    const close = labelled("button", "", "×");
    close.className = "close";
    close.setAttribute("aria-label", text("close"));
    close.onclick = () => choose(null);
    story.append(close);
    const there = sides.map(side => side.vehicleOf.get(state.chosen));
    const known = sides.findIndex((_, i) => there[i] !== undefined);
    const flow = sides[known].flows[sides[known].flow[there[known]]];
    const way = text(flow.kind === "import" ? "import" : "export");
    story.append(labelled("h2", "", `${text(`vehicle.${flow.vehicle}`)} ${number(state.chosen + 1)} · ${way} · ${flow.cargo[state.lang]}`));
    const both = labelled("div", "", "");
    both.className = "both";
    sides.forEach((side, i) => {
      const part = labelled("div", "", "");
      if (sides.length > 1) part.append(labelled("h3", "", side.title[state.lang]));
      part.append(there[i] === undefined ? labelled("p", "", text("absent")) : tableOf(side, there[i]));
      both.append(part);
    });
    story.append(both);
    markNow();
  }

  function tableOf(side, vehicle) {
    const table = document.createElement("table");
    const row = (cells, tag) => {
      const made = document.createElement("tr");
      cells.forEach((cell, i) => made.append(labelled(i && tag !== "head" ? "td" : "th", "", cell)));
      return made;
    };
    const minutes = (from, to) => to === Infinity || from === Infinity ? "–" : number(Math.round(to - from));
    const head = document.createElement("thead"), body = document.createElement("tbody");
    head.append(row(["stage", "arrived", "waited", "stayed", "left"].map(text), "head"));
    for (let visit = side.begins[vehicle]; visit < side.begins[vehicle + 1]; visit++) {
      const stage = side.stages[side.stage[visit]], gone = side.leave[visit];
      const until = Math.min(side.start[visit], gone);
      const made = row([stage.title[state.lang], moment(side.arrive[visit]), minutes(side.arrive[visit], until),
        stage.hold ? "" : minutes(side.start[visit], side.finish[visit]), moment(gone)]);
      made.dataset.side = sides.indexOf(side);
      made.dataset.visit = visit;
      body.append(made);
    }
    body.append(row([`${text("outcome")}: ${text(`outcome.${["crossed", "turned_back", "sold_inland", "unfinished"][side.outcome[vehicle]]}`)}`, "", "", "", ""]));
    table.append(head, body);
    return table;
  }

  /** A time with the days before or after the one shown. */
  function moment(minute) {
    if (minute === Infinity) return text("not_yet");
    const day = Math.floor(minute / 1440);
    return clock(minute - day * 1440) + (day ? ` ${day > 0 ? "+" : "−"}${Math.abs(day)}\u00a0${text("day")}` : "");
  }

  /** Mark in the story the stage where the vehicle is. */
  function markNow() {
    if (state.chosen === null) return;
    for (const row of story.querySelectorAll("tr[data-visit]")) {
      const side = sides[row.dataset.side], visit = row.dataset.visit;
      row.classList.toggle("now", side.arrive[visit] <= state.minute && state.minute < side.leave[visit]);
    }
  }

  function choose(id) {
    state.chosen = id;
    tellStory();
    show();
  }

  function nearest(event) {
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    let best = null, least = 12;
    for (const one of marks) {
      const away = Math.hypot(Math.max(0, Math.abs(one.x - x) - one.length / 2), one.y - y);
      if (away < least) [least, best] = [away, one];
    }
    return best;
  }

  canvas.addEventListener("click", event => {
    const one = nearest(event);
    choose(one ? idOf(one.box.side, one.visit) : null);
  });
  canvas.addEventListener("pointermove", event => {
    const { offsetX: x, offsetY: y } = event;
    const box = plan.boxes.find(one => one.x <= x && x < one.x + one.w && one.y <= y && y < one.y + one.h);
    canvas.title = box ? box.place.stage.title[state.lang] : "";
  });
  const drag = event => {
    const box = scrubber.getBoundingClientRect();
    if (event.buttons & 1) seek((event.clientX - box.left) / box.width * data.length);
  };
  scrubber.addEventListener("pointerdown", event => { scrubber.setPointerCapture(event.pointerId); drag(event); });
  scrubber.addEventListener("pointermove", drag);
  find("play").onclick = () => play(!state.playing);
  find("slower").onclick = () => faster(-1);
  find("faster").onclick = () => faster(1);
  find("worst").onclick = worst;
  for (const one of languages) one.onchange = () => speak(one.lang);

  const keys = {
    " ": () => play(!state.playing),
    ArrowLeft: event => seek(state.minute - (event.shiftKey ? 60 : STEP)),
    ArrowRight: event => seek(state.minute + (event.shiftKey ? 60 : STEP)),
    Home: () => seek(0),
    End: () => seek(data.length),
    "+": () => faster(1),
    "=": () => faster(1),
    "-": () => faster(-1),
    w: worst,
    n: longest,
    Escape: () => choose(null),
  };

  /** Tell of the vehicle that has waited longest in the gates shown. */
  function longest() {
    const waits = plan.boxes.filter(box => box.number === 0)
      .flatMap(box => present(box.side, box.place, state.minute).waiting);
    const { arrive } = sides[0];
    if (waits.length) choose(idOf(sides[0], waits.reduce((a, b) => arrive[b] < arrive[a] ? b : a)));
  }

  document.addEventListener("keydown", event => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.tagName === "BUTTON") return; // it presses the button
    if (event.key.startsWith("Arrow") && event.target.name === "language") return; // they choose one
    event.preventDefault();
    act(event);
  });
  addEventListener("resize", layAll);
  const asked = location.hash.slice(1);
  speak(data.texts[asked] ? asked : state.lang);
  // To look at from outside, as the tests of this page do.
  window.playback = { sides, state, show, drawn: () => drawn, marks: () => marks };
})();
