// Where the pictures of a tab are made: on the server, or on the visitor's device by a network that runs in the browser. Both are
// timed once, and the faster one is chosen; the visitor may choose otherwise, and that choice stays. As long as the server is gone,
// the device does what it can, whatever is chosen.
import { Network } from '../../../gan_zoo/browser/web/network.js';
import { button, make, sayer } from './dom.js';
import { answers, isGone, whenServerChanges } from './server.js';
import * as storage from './storage.js';

const SHELF = 'localStorage', PLACE = 'gan-zoo-place';
// The server is timed by the median of so many answers: the first one may have to load its network.
const TIMES = 3;
// The runs that the device is timed by; the first warms up.
const RUNS = 4;
// The networks that stay in memory.
const MOST = 3;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

// box: the element that shows where pictures are made. changed(): called when that has changed by more than a measurement.
export function deviceOf(box, texts, changed) {
  const say = sayer(texts), known = new Map();  // what is known of each network, by the address of its graph
  let now = null;  // the network that the tab would use
  let wish = storage.recall(SHELF, PLACE);  // 'device', 'server', or nothing
  const note = make('span'), other = button(() => choose(place() === 'device' ? 'server' : 'device'));
  box.append(note, other);

  // A network of the tab, or null where it can't run here.
  function use(offer) {
    now = offer ? known.get(offer.graph) || { offer, state: 'away', there: [], here: 0, done: 0, recent: 0 } : null;
    if (now) known.set(offer.graph, now);
    show();
  }

  function place() {
    if (now?.state !== 'ready') return 'server';
    if (isGone()) return 'device';
    if (wish) return wish;
    return now.place || 'server';
  }

  function choose(wanted) {
    wish = wanted;
    storage.keep(SHELF, PLACE, wish);
    if (wish === 'device' && now?.state === 'failed') now.state = 'away';
    changed();
    show();
  }

  // Loads the network, times it with the inputs of the question at hand, and chooses. Only the loading is told: the server's
  // picture is there meanwhile.
  async function prepare(one, inputs) {
    one.state = 'loading';
    show();
    try {
      const network = new Network(one.offer);
      await network.load((done) => { one.done = done; show(); });
      one.state = 'tried';
      show();
      const times = [];
      for (let i = 0; i < RUNS; i++) times.push((await network.run(inputs())).milliseconds);
      Object.assign(one, { network, state: 'ready', here: median(times.slice(1)) });
      await makeRoom(one);
      decide(one);
      if (one === now && place() === 'device') changed();
    } catch {
      one.state = await answers() ? 'failed' : 'missing';
    }
    show();
  }

  async function makeRoom(newest) {
    const ready = [...known.values()].filter(({ state }) => state === 'ready').sort((a, b) => b.recent - a.recent);
    for (const one of ready.filter((each) => each !== newest && each !== now).slice(MOST - 1)) {
      one.state = 'away';
      await one.network.drop();
    }
  }

  function decide(one) {
    if (!one.place && one.state === 'ready' && one.there.length) one.place = one.here <= median(one.there) ? 'device' : 'server';
  }

  // The answer { data, dims, milliseconds } of the network for inputs, which a function gives; null if the server shall answer.
  function run(inputs) {
    if (!now) return null;
    const one = now, begun = performance.now(), isHere = place() === 'device';
    one.asked = isHere ? null : { inputs, begun };
    if (!isHere) {
      if (isGone()) goOn();
      return null;
    }
    one.recent = begun;
    return one.network.run(inputs()).catch((error) => {
      one.state = 'failed';
      show();
      throw error;
    });
  }

  // The server has answered the question that `run` left to it.
  function answered() {
    if (!now?.asked) return;
    const { inputs, begun } = now.asked;
    now.asked = null;
    now.there = [...now.there, performance.now() - begun].slice(-TIMES);
    decide(now);
    const isCostly = navigator.connection?.saveData && wish !== 'device';
    if (now.state === 'away' && wish !== 'server' && !isCostly) prepare(now, inputs);
    show();
  }

  // No answer came. If the server is there, it is too slow, and what can run here does; a device that is too slow itself is not
  // asked once more.
  async function lost() {
    if (!await answers()) return;
    for (const one of known.values()) one.place = 'device';
    moved();
  }

  // The server is gone: a network that isn't in memory may still be among the files that the browser has kept.
  function goOn() {
    if (now?.state === 'away' && now.asked) prepare(now, now.asked.inputs);
  }

  // Pictures may be made elsewhere now.
  function moved() {
    if (place() !== box.dataset.place) changed();
    show();
  }

  whenServerChanges(() => {
    for (const one of known.values()) if (one.state === 'missing') one.state = 'away';
    if (isGone()) goOn();
    moved();
  });

  function show() {
    const { state = '', here, there = [], done, offer } = now || {}, mega = (bytes) => (bytes / 1e6).toFixed(1);
    box.hidden = !now;
    box.dataset.place = place();
    box.dataset.state = state;
    const isSlower = state === 'ready' && place() === 'server' && !wish && there.length;
    note.textContent = {
      missing: () => say('place_missing'),
      loading: () => say('place_loading', { done: mega(Math.min(done, offer.bytes)), all: mega(offer.bytes) }),
      failed: () => say('place_failed'),
      ready: () => (isGone() ? say('place_gone') : isSlower ? say('place_slower', { here: Math.round(here), there: Math.round(median(there)) }) : ''),
    }[state]?.() ?? '';
    other.textContent = say(place() === 'device' ? 'place_server' : 'place_device');
    other.hidden = ['loading', 'tried'].includes(state) || isGone();
  }

  show();
  return { use, run, answered, lost, place };
}
