// The picture of a minute: boxes of stages, one column a gate, the scenarios side by side.

const INK = "#1f2933", GREY = "#5b6673", LINE = "#d5dae0", RED = "#b00020";
const SIDES = ["#6b7785", "#0072b2"];
const KINDS = { export: "#0072b2", fruit: "#009e73", import: "#d55e00" };
const ROW = 40, HEAD = 46, GAP = 6, MANY = 60, NARROW = 104, WIDE = 260;
const FONT = '"Noto Sans", "Segoe UI", system-ui, sans-serif';

/** Outline of a vehicle's mark: exports are discs, fruit diamonds, imports rings. */
function mark(context, kind, x, y, size) {
  const r = size / 2 - 0.6;
  context.beginPath();
  if (kind === "fruit") {
    for (const [dx, dy] of [[0, -r], [r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx * 1.15, y + dy * 1.15);
    context.closePath();
  } else {
    context.arc(x, y, kind === "import" ? r - 0.4 : r, 0, 7);
  }
  if (kind === "import") {
    context.strokeStyle = KINDS[kind];
    context.lineWidth = size > 7 ? 1.8 : 1.4;
    context.stroke();
  } else {
    context.fillStyle = KINDS[kind];
    context.fill();
  }
}

/** Whether all gates fit next to one another. */
function allFit(width, sides, gates) {
  return width / (sides.length * gates.length) >= NARROW;
}

/** Where everything stands at this width: boxes of stages, columns of gates, marks' size. */
function layOut(sides, gates, width) {
  const sideWidth = (width - (sides.length - 1) * 3 * GAP) / sides.length;
  const columnWidth = (sideWidth - (gates.length - 1) * GAP) / gates.length;
  const boxes = [], columns = [];
  let rows = 0;
  sides.forEach((side, number) => gates.forEach((gate, index) => {
    const x = number * (sideWidth + 3 * GAP) + index * (columnWidth + GAP);
    const mine = side.places.filter(place => place.stage.gate === gate.id);
    columns.push({ side, gate, x, w: columnWidth });
    mine.forEach((place, row) => boxes.push(
      { side, number, place, x, y: HEAD + row * ROW, w: columnWidth, h: ROW - 4 }));
    rows = Math.max(rows, mine.length);
  }));
  const size = columnWidth > WIDE ? 9 : 6;
  return { boxes, columns, size, width, sideWidth, height: HEAD + rows * ROW };
}

/** Text that fits, cut with an ellipsis. */
function fitting(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let cut = text.length;
  while (cut && context.measureText(text.slice(0, cut) + "…").width > room) cut--;
  return text.slice(0, cut).trimEnd() + "…";
}

/** What stays the same through the day: titles and frames. */
function drawFrames(context, plan, sides, lang) {
  context.textBaseline = "alphabetic";
  sides.forEach((side, number) => {
    const x = number * (plan.sideWidth + 3 * GAP);
    context.fillStyle = SIDES[number];
    context.fillRect(x, 0, plan.sideWidth, 3);
    context.font = `600 14px ${FONT}`;
    context.fillStyle = number ? SIDES[1] : INK;
    context.fillText(fitting(context, side.title[lang], plan.sideWidth), x, 20);
  });
  context.font = `600 12px ${FONT}`;
  context.fillStyle = INK;
  for (const one of plan.columns) {
    context.fillText(fitting(context, one.gate.title[lang], one.w), one.x, 39);
  }
  context.font = `11px ${FONT}`;
  for (const box of plan.boxes) {
    context.strokeStyle = LINE;
    context.lineWidth = 1;
    context.strokeRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1);
    context.beginPath();
    context.moveTo(serviceOf(box), box.y + 15);
    context.lineTo(serviceOf(box), box.y + box.h);
    context.stroke();
    context.fillStyle = GREY;
    context.fillText(fitting(context, box.place.stage.title[lang], box.w - 6), box.x + 3, box.y + 12);
  }
}

/** Where the part of a box for those in service begins. */
function serviceOf(box) {
  return Math.round(box.x + box.w * (box.w > WIDE ? 0.58 : 0.5)) + 0.5;
}

/** Grey stripes for closed stages. */
function stripes(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const small = tile.getContext("2d");
  small.fillStyle = "#eceff2";
  small.fillRect(0, 0, 8, 8);
  small.strokeStyle = "#c9d0d7";
  small.lineWidth = 1.5;
  for (const at of [-4, 0, 4, 8, 12]) {
    small.beginPath();
    small.moveTo(at - 5, 9);
    small.lineTo(at + 5, -1);
    small.stroke();
  }
  return context.createPattern(tile, "repeat");
}

/** Pictures of the marks, drawn once and stamped many times. */
function stamps(size, ratio) {
  const made = {};
  for (const kind in KINDS) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = Math.ceil((size + 2) * ratio);
    const context = tile.getContext("2d");
    context.scale(ratio, ratio);
    mark(context, kind, size / 2 + 1, size / 2 + 1, size);
    made[kind] = tile;
  }
  return made;
}

/**
 * Draw a minute. `moving` is how many minutes a vehicle is drawn on its way from the stage
 * before; `chosen` the number of the vehicle whose story is told. Returns the marks drawn.
 */
function drawMinute(context, plan, look, minute, moving, chosen) {
  const marks = [], where = new Map(plan.boxes.map(box => [box.place, box]));
  for (const box of plan.boxes) {
    if (closed(box.place.stage, minute)) {
      context.fillStyle = look.stripes;
      context.fillRect(box.x + 1, box.y + 15, box.w - 2, box.h - 16);
    }
    const rooms = drawFigures(context, box, minute, look.number);
    const here = present(box.side, box.place, minute);
    const line = box.y + 16, middle = serviceOf(box);
    place(marks, box, here.waiting, middle - 3, box.x + rooms[0], line, plan.size);
    place(marks, box, here.served, middle + rooms[1], box.x + box.w - 3, line, plan.size);
    if ([...here.waiting, ...here.served].some(visit => idOf(box.side, visit) === chosen)) {
      context.strokeStyle = INK;
      context.lineWidth = 2;
      context.strokeRect(box.x + 1, box.y + 1, box.w - 2, box.h - 2);
    }
  }
  for (const one of marks) {
    if (moving) move(one, where, minute, moving);
    drawMark(context, one, look, plan.size);
    if (idOf(one.box.side, one.visit) === chosen) {
      context.strokeStyle = INK;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(one.x, one.y, plan.size, 0, 7);
      context.stroke();
    }
  }
  return marks;
}

function idOf(side, visit) {
  return side.id[side.vehicle[visit]];
}

/** Write how many wait and how many are served; return what room that took in each part. */
function drawFigures(context, box, minute, number) {
  const { stage } = box.place, base = box.y + box.h - 6;
  const queue = waiting(box.place, minute), busy = served(box.place, minute);
  context.font = `${queue ? 700 : 400} 13px ${FONT}`;
  context.fillStyle = queue > MANY ? RED : queue ? INK : "#aab2bb";
  context.fillText(number(queue), box.x + 3, base);
  context.font = `13px ${FONT}`;
  context.fillStyle = busy ? INK : "#aab2bb";
  const full = box.w > WIDE && stage.servers ? `${number(busy)}/${number(stage.servers)}` : number(busy);
  context.fillText(full, serviceOf(box) + 3, base);
  const least = box.w > WIDE ? 34 : 18;
  return [number(queue), full].map(text => Math.max(least, context.measureText(text).width + 9));
}

/** Give vehicles their places, in rows from `from` towards `to`, as many as there is room for. */
function place(marks, box, visits, from, to, top, size) {
  const side = box.side, way = Math.sign(to - from), pitch = size + 1;
  const room = Math.abs(to - from), rows = Math.max(1, Math.floor(20 / pitch));
  let along = 0, row = 0;
  for (const visit of visits) {
    const flow = side.flows[side.flow[side.vehicle[visit]]];
    const length = flow.wagons ? Math.min(3 * flow.wagons, room) : size;
    if (row === rows || flow.wagons) {
      if (row) along += pitch;
      row = 0;
    }
    if (along + length > room + 0.5) return;
    const y = top + pitch * (row + 0.5) + (20 - rows * pitch) / 2;
    marks.push({ box, visit, flow, length, x: from + way * (along + length / 2), y: flow.wagons ? top + 10 : y });
    if (flow.wagons) along += length + 4; else row++;
  }
}

/** Put a vehicle that has just come on its way from the stage before. */
function move(one, where, minute, moving) {
  const { side } = one.box, visit = one.visit, since = minute - side.arrive[visit];
  if (since >= moving || visit === side.begins[side.vehicle[visit]]) return;
  const before = where.get(side.places[side.stage[visit - 1]]);
  if (!before) return;
  const share = since / moving, way = share * share * (3 - 2 * share);
  one.x += (1 - way) * (before.x + before.w * 0.8 - one.x);
  one.y += (1 - way) * (before.y + before.h - 11 - one.y);
}

/** A vehicle, or a train as a strip of wagons. */
function drawMark(context, one, look, size) {
  const { kind, wagons } = one.flow;
  if (!wagons) {
    context.drawImage(look.stamps[kind], one.x - size / 2 - 1, one.y - size / 2 - 1, size + 2, size + 2);
    return;
  }
  const step = one.length / wagons, width = step < 1.8 ? step : step - 0.8;
  context.fillStyle = KINDS[kind];
  for (let i = 0; i < wagons; i++) {
    context.fillRect(one.x - one.length / 2 + i * step, one.y - 4, width, 8);
  }
}

/** The queues through the day, one line a scenario, on one scale up to `top`. */
function drawScrubber(context, curves, width, hours, top) {
  const high = 42;
  context.font = `11px ${FONT}`;
  context.textBaseline = "alphabetic";
  context.fillStyle = "#f5f7f9";
  context.fillRect(0, 0, width, high);
  const step = width < 600 ? 6 : 3;
  for (let hour = 0; hour <= hours; hour += step) {
    const x = hour / hours * width;
    context.fillStyle = LINE;
    context.fillRect(Math.min(x, width - 1), 0, 1, high + 3);
    context.fillStyle = GREY;
    context.textAlign = hour === 0 ? "left" : hour === hours ? "right" : "center";
    context.fillText(`${String(hour).padStart(2, "0")}:00`, x, high + 15);
  }
  context.textAlign = "left";
  curves.forEach((curve, number) => {
    context.beginPath();
    curve.forEach((count, i) => context.lineTo(i / (curve.length - 1) * width, high - 1 - count / top * (high - 4)));
    context.strokeStyle = SIDES[number];
    context.lineWidth = 2;
    context.setLineDash(number || curves.length === 1 ? [] : [5, 3]);
    context.stroke();
  });
  context.setLineDash([]);
}
