// From packed columns to times, and who is where at a minute. Minutes count from the start
// of the day shown; what has not happened is at Infinity. See sim/report/play/pack.py.

/** Whole numbers of a column. */
function readNumbers(text, signed) {
  const bytes = atob(text), found = [];
  let value = 0, unit = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value += (byte & 127) * unit;
    unit *= 128;
    if (byte & 128) continue;
    found.push(signed ? (value % 2 ? -(value + 1) / 2 : value / 2) : value);
    value = 0;
    unit = 1;
  }
  return found;
}

/** How many of some ascending numbers are at most `limit`. */
function upTo(ascending, limit) {
  let low = 0, high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1; else high = middle;
  }
  return low;
}

/**
 * One scenario: its stages, flows, vehicles and visits. Visits of a vehicle stand together,
 * from `begins[vehicle]` to `begins[vehicle + 1]`, in the order of its path. A vehicle with
 * its owner does not queue, even where the place is shut.
 */
function readSide(packed, tenths) {
  const read = (name, signed) => readNumbers(packed.columns[name], signed);
  const counts = read("visits"), ids = read("id", true), firsts = read("first", true);
  const stages = read("stage"), waits = read("wait"), stays = read("stay");
  const total = stages.length, vehicles = counts.length, gaps = new Map();
  const sizes = read("gap", true);
  read("gap_at").reduce((at, further, i) => (gaps.set(at + further, sizes[i]), at + further), 0);
  const side = {
    title: packed.title, stages: packed.stages, flows: packed.flows,
    flow: read("flow"), outcome: read("outcome"),
    id: new Int32Array(vehicles), begins: new Int32Array(vehicles + 1), vehicleOf: new Map(),
    vehicle: new Int32Array(total), stage: new Int16Array(total),
    arrive: new Float64Array(total), start: new Float64Array(total),
    finish: new Float64Array(total), leave: new Float64Array(total),
  };
  let id = 0, first = 0, visit = 0;
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    side.id[vehicle] = id += ids[vehicle];
    side.vehicleOf.set(id, vehicle);
    let left = first += firsts[vehicle], stage = 0;
    for (const end = visit + counts[vehicle]; visit < end; visit++) {
      stage += stages[visit];
      const arrive = left + (gaps.get(visit) || 0);
      const start = waits[visit] ? arrive + waits[visit] - 1 : Infinity;
      const begun = waits[visit] ? start : arrive;
      const finish = stays[visit] ? begun + stays[visit] - 1 : Infinity;
      const leave = packed.stages[stage].hold && waits[visit] ? start : finish;
      left = leave === Infinity ? arrive : leave;
      side.vehicle[visit] = vehicle;
      side.stage[visit] = stage;
      side.arrive[visit] = arrive / tenths;
      side.start[visit] = (packed.stages[stage].owner ? arrive : start) / tenths;
      side.finish[visit] = finish / tenths;
      side.leave[visit] = leave / tenths;
    }
    side.begins[vehicle + 1] = visit;
  }
  indexStages(side);
  return side;
}

/** For each stage: its visits by arrival, and sorted times to count by. */
function indexStages(side) {
  const lists = side.stages.map(() => []);
  side.stage.forEach((stage, visit) => lists[stage].push(visit));
  side.places = lists.map((visits, number) => {
    const { arrive, start, finish, leave } = side, stage = side.stages[number];
    visits.sort((a, b) => arrive[a] - arrive[b] || a - b);
    const sorted = (time, some) => Float64Array.from(some, time).sort();
    let latest = -Infinity;
    return {
      stage, number, visits,
      arrives: sorted(visit => arrive[visit], visits),
      begun: sorted(visit => Math.min(start[visit], leave[visit]), visits),
      starts: sorted(visit => start[visit], visits),
      ends: sorted(visit => start[visit] < Infinity ? finish[visit] : Infinity, visits),
      latest: Float64Array.from(visits, visit => latest = Math.max(latest, leave[visit])),
    };
  });
}

/** Vehicles that wait before a stage. */
function waiting(place, minute) {
  return upTo(place.arrives, minute) - upTo(place.begun, minute);
}

/** Vehicles that a stage serves, that stand there with their owners, or that keep its places. */
function served(place, minute) {
  return upTo(place.starts, minute) - upTo(place.ends, minute);
}

/** Vehicles in the queues of a gate, or of all gates for null. */
function queued(side, gate, minute) {
  let sum = 0;
  for (const place of side.places) {
    if (gate === null || place.stage.gate === gate) sum += waiting(place, minute);
  }
  return sum;
}

/** Visits at a stage: those that wait and those that are served, the first to come first. */
function present(side, place, minute) {
  const found = { waiting: [], served: [] };
  const last = upTo(place.arrives, minute);
  for (let i = upTo(place.latest, minute); i < last; i++) {
    const visit = place.visits[i];
    if (side.leave[visit] > minute) {
      (side.start[visit] <= minute ? found.served : found.waiting).push(visit);
    }
  }
  return found;
}

/** Whether a stage is closed. */
function closed(stage, minute) {
  return stage.closed.some(span => span[0] <= minute && minute < span[1]);
}

/** Vehicles in the queues of a gate's open stages, or of all gates for null. */
function queuedWhileOpen(side, gate, minute) {
  const open = side.places.filter(place => !closed(place.stage, minute));
  return queued({ places: open }, gate, minute);
}
