// Draws the picture at the slider's position, the walk and the wall on the visitor's device, or has the server draw them. `move`,
// `walk` and `again` are called by Gradio with the values of its parts, and give it what the parts become.
import { along, asInputs, latents, lerp, slerp } from '../../../gan_zoo/browser/web/latent.js';
import { asCanvas, asPixels } from '../../../gan_zoo/browser/web/pictures.js';
import { deviceOf } from '../../shared/web/device.js';
import { make, sayer } from '../../shared/web/dom.js';
import { isThere } from '../../shared/web/server.js';

// What leaves a part as it is.
const SAME = { __type__: 'update' };
const MOST_SEED = 1e6;
const MOST_KNOWN = 200;

let tab = null;

export function mount({ element, props, trigger, watch }) {
  const say = sayer(props.labels), device = deviceOf(element.querySelector('.zoo-place'), props.places, () => {});
  tab = { props, trigger, device, say };
  // The picture has moved; the device counts it only if it left the question to the server.
  document.addEventListener('zoo-moved', () => device.answered());
  watch('offers', () => device.use(null));
}

// Latents by what they are made of: a walk asks for the same few again and again.
const known = new Map();

function latentOf(length, seed, index, threshold) {
  const key = [length, seed, index, threshold].join();
  if (!known.has(key)) {
    if (known.size > MOST_KNOWN) known.clear();
    known.set(key, latents(index + 1, length, seed, threshold)[index]);
  }
  return known.get(key);
}

// The number of the class that is drawn; null where the network has none.
function classOf({ classes }, label) {
  return classes.length ? Math.max(0, classes.indexOf(label)) : null;
}

// One question runs at a time. Of each kind only the newest counts: a move of the slider never takes the place of a walk.
const newest = {};
let last = Promise.resolve();

function inTurn(kind, work) {
  const mine = newest[kind] = (newest[kind] || 0) + 1, isNewest = () => mine === newest[kind];
  const turn = last.then(() => (isNewest() ? work() : null));
  last = turn.catch(() => {});
  return turn.then((made) => (isNewest() ? made : null));
}

// Asks the network, or gives null where the server shall answer.
function ask(model, inputs) {
  const offer = tab?.props.offers[model];
  tab?.device.use(offer || null);
  return offer ? tab.device.run(() => inputs(offer)) : null;
}

const cost = (key, milliseconds, fields = {}) => (
  `<p class="zoo-cost">${tab.say(key, { milliseconds: milliseconds.toFixed(1), ...fields })}</p>`
);

// The pictures at the times `t` of a walk through the picks, as the answer of the network; null where the server shall draw them.
async function drawn([model, label, truncation, picks, route], times) {
  return ask(model, (offer) => {
    const ends = picks.map(([seed, index]) => latentOf(offer.latent, seed, index, truncation));
    const points = times.map((t) => along(ends, t, route === 'linear' ? lerp : slerp));
    return asInputs(points, classOf(offer, label));
  });
}

// What `work` gives in its turn; where it gives null, or fails, the server is told by `event`, and `count` parts stay as they are.
async function orThere(event, count, work) {
  const stay = Array(count).fill(SAME);
  try {
    const made = await inTurn(event, async () => await work() ?? 'there');
    if (made !== 'there') return made ?? stay;
  } catch { /* the server can */ }
  tab.trigger(event);
  return stay;
}

const enough = (picks) => Array.isArray(picks) && picks.length >= 2;

// The parts `live`, `now` and the place of complaints, for the position of the slider.
export function move(...way) {
  return orThere('move', 3, async () => {
    const answer = enough(way[3]) ? await drawn(way, [way[5]]) : null;
    return answer && [...stood(answer), ''];
  });
}

const stood = (answer) => [asCanvas(asPixels(answer)).toDataURL(), cost('live_here', answer.milliseconds)];

// The parts `live`, `now`, the strip, what it cost, its download, the place of complaints, and the film with its downloads.
export function walk(...way) {
  return orThere('walk', 9, async () => {
    const [model, , , picks, , position] = way, { steps, most } = tab.props;
    if (tab.device.place() !== 'device') return null;
    if (!enough(picks)) return ['', '', '', '', null, `<p role="alert">${tab.say('few_picks')}</p>`, '', null, null];
    const leg = Math.max(2, Math.min(steps, Math.floor(most / (picks.length - 1)))), count = leg * (picks.length - 1) + 1;
    const all = Array.from({ length: count }, (_, i) => i / (count - 1)), at = await drawn(way, [position]);
    const answer = at && await drawn(way, all);
    if (!answer) return null;
    const url = strip(answer, leg);
    return [...stood(at), url, cost('steps_here', answer.milliseconds, { n: count }), [`${model}.png`, url], '', '', null, null];
  });
}

// A row for each leg, from pick to pick: the last picture of a row is the first of the next.
function strip(answer, leg) {
  const [count, , height, width] = answer.dims, scale = Math.max(1, Math.round(tab.props.side / width));
  const [across, down] = [width * scale, height * scale], rows = (count - 1) / leg;
  const sheet = make('canvas', { width: (leg + 1) * across, height: rows * down }), view = sheet.getContext('2d');
  view.imageSmoothingEnabled = false;
  for (let i = 0; i < rows * (leg + 1); i++) {
    const row = Math.floor(i / (leg + 1)), column = i % (leg + 1), picture = asCanvas(asPixels(answer, row * leg + column));
    view.drawImage(picture, column * across, row * down, across, down);
  }
  return sheet.toDataURL();
}

// The parts seed, wall, what it cost, and the place of complaints, for a new seed. `asked`: the discriminator is.
export async function again(_, asked, model, label, truncation) {
  const seed = Math.floor(Math.random() * MOST_SEED), there = () => { tab.trigger('again', { request: { seed } }); return [SAME, SAME, SAME, SAME]; };
  const judged = asked && tab?.props.offers[model]?.judged;
  const isJudged = judged && await isThere();
  if (isJudged || tab?.device.place() !== 'device') return there();
  const { count, columns } = tab.props;
  try {
    const answer = await ask(model, (offer) => asInputs(latents(count, offer.latent, seed, truncation), classOf(offer, label)));
    if (!answer) return there();
    const wall = { ...SAME, props: { sprite: sprite(answer, columns), seed, count, opinions: [] } };
    return [seed, wall, cost('drawn_here', answer.milliseconds, { n: count }), ''];
  } catch {
    return there();
  }
}

// All pictures of an answer in one.
function sprite(answer, columns) {
  const [count, , height, width] = answer.dims, rows = Math.ceil(count / columns);
  const sheet = make('canvas', { width: columns * width, height: rows * height }), view = sheet.getContext('2d');
  for (let i = 0; i < count; i++) view.putImageData(asPixels(answer, i), (i % columns) * width, Math.floor(i / columns) * height);
  return sheet.toDataURL();
}
