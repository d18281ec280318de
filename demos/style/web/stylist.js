// Restyles a picture on the visitor's device: first a small version, its way back, the small version by other methods, and all of it.
import { Network } from '../../../gan_zoo/browser/web/network.js';
import { asCanvas, asInput, asPixels, loaded } from '../../../gan_zoo/browser/web/pictures.js';
import { make } from '../../shared/web/dom.js';
import { isGone, whenServerChanges } from '../../shared/web/server.js';

// The longer sides, in pixels, of the small version, and of a larger picture that is restyled here because the server is gone.
const TRIED = 256, MOST = 512;
// The networks of ways back and of other methods that stay in memory.
const KEPT = 4;

const asUrl = (image) => asCanvas(image).toDataURL('image/jpeg', 0.9);
const fours = (length) => Math.max(16, 4 * Math.ceil(length / 4));

// The graph of one direction of a style; null where it can't run here.
function wayOf({ device }, back) {
  if (!back) return device;
  return device?.back ? { ...device, graph: device.back } : null;
}

// A picture scaled down to a longer side, with sides that are multiples of 4, and 16 or more.
function scaled(picture, side) {
  const share = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) => Math.max(16, 4 * Math.round(length * share / 4)));
  const view = make('canvas', { width, height }).getContext('2d');
  view.imageSmoothingQuality = 'high';
  view.drawImage(picture, 0, 0, width, height);
  return view.getImageData(0, 0, width, height);
}

// A picture whose sides are multiples of 4, as networks take it: beyond the right and the lower border it shows its mirror image.
function padded(image) {
  const [width, height] = [image.width, image.height].map(fours), mirrored = (at, length) => {
    const period = Math.max(1, 2 * length - 2), place = at % period;
    return Math.min(place, period - place, length - 1);
  };
  if (width === image.width && height === image.height) return image;
  const made = new ImageData(width, height), [from, to] = [image, made].map(({ data }) => new Uint32Array(data.buffer));
  for (let y = 0; y < height; y++) {
    const row = mirrored(y, image.height) * image.width;
    for (let x = 0; x < width; x++) to[y * width + x] = from[row + mirrored(x, image.width)];
  }
  return made;
}

// The pixels of a canvas or an image, as large as it is or smaller.
function pixelsOf(source, width = source.width, height = source.height) {
  const view = make('canvas', { width, height }).getContext('2d');
  view.drawImage(source, 0, 0);
  return view.getImageData(0, 0, width, height);
}

// device: as deviceOf gives it. say: the tab's sentences. again(): asks for the picture once more.
export function stylistOn(device, say, again) {
  const others = new Map();  // promises of networks beside the device's own, by the addresses of their graphs
  let picture = null, made = null;  // { whole, small, isAll } and { before, after }, of pixels

  // A picture that was brought. It is the whole one if the server gave its `pixels`; of a larger one there is what the page shows.
  async function lay({ pixels, before }) {
    made = picture = null;
    const image = await loaded(pixels || before).catch(() => null);
    if (image) picture = { small: scaled(image, TRIED), whole: pixels ? pixelsOf(image) : scaled(image, MOST), isAll: Boolean(pixels) };
  }

  // The server, if it is there, restyles what is larger.
  whenServerChanges(() => { if (picture && !picture.isAll) again(); });

  // The answer as the server gives it, in parts that are told before; null if the server shall give it.
  function restyle({ style, back, rivals }, tell) {
    made = null;
    const isHere = picture && (picture.isAll || isGone()), inputs = () => ({ images: asInput(picture.small) });
    device.use(isHere ? wayOf(style, back) : null);
    const first = device.run(inputs), run = { stopped: false };
    return first && Object.assign(drawn(first, run, { style, back, rivals }, tell), { stop: () => { run.stopped = true; } });
  }

  async function drawn(first, run, { style, back, rivals }, tell) {
    const { small, whole, isAll } = picture, answer = await first, after = asUrl(asPixels(answer));
    const steps = 3 + rivals.length;
    let known = { after, said: cost('tried_here', answer), here: true }, done = 0;
    const more = (part = {}) => {
      known = { ...known, ...part, done: done += 1, of: steps };
      tell(known);
    };
    more();
    const returned = await wayBack(wayOf(style, !back), small, answer).catch(() => null);
    more(returned && { cycle: [asUrl(small), after, returned.picture], error: say('cycle_error', { n: returned.error.toFixed(1) }) });
    for (const rival of rivals) {
      if (run.stopped) return known;
      const row = await method(rival, back, rival === style ? { answer, returned } : null).catch(() => null);
      more(row && { methods: [...known.methods || [], row] });
    }
    if (run.stopped) return known;
    const all = padded(whole), isSmall = all === whole && whole.width === small.width && whole.height === small.height;
    const last = isSmall ? answer : await device.run(() => ({ images: asInput(all) }));
    if (!last) return null;
    made = { before: whole, after: pixelsOf(asCanvas(asPixels(last)), whole.width, whole.height) };
    const size = isAll ? '' : `<p class="zoo-note">${say('small_here', whole)}</p>`;
    return { ...known, done: steps, after: asUrl(made.after), said: cost('live_here', last) + size, ready: true };
  }

  // What a style's picture becomes in the other direction, and how far it is from the start; null where there is no way.
  async function wayBack(offer, small, answer) {
    const returned = offer && await (await network(offer)).run({ images: answer });
    if (!returned) return null;
    const start = asInput(small).data, far = start.reduce((sum, value, i) => sum + Math.abs(returned.data[i] - value), 0);
    return { picture: asUrl(asPixels(returned)), error: (far / start.length) * 127.5 };
  }

  // A row of the comparison of methods.
  async function method(style, back, known) {
    const { small } = picture, offer = wayOf(style, back);
    if (!known && !offer) return null;
    const answer = known?.answer || await (await network(offer)).run({ images: asInput(small) });
    const returned = known ? known.returned : await wayBack(wayOf(style, !back), small, answer);
    const { method: name, thousands, minutes } = style;
    const said = say('method_cost', { milliseconds: Math.round(answer.milliseconds), thousands });
    return {
      method: name,
      picture: asUrl(asPixels(answer)),
      back: returned?.picture || '',
      said: said + (minutes ? say('method_minutes', { minutes }) : ''),
    };
  }

  async function network(offer) {
    if (!others.has(offer.graph)) {
      const old = [...others].slice(0, Math.max(0, others.size - KEPT + 1));
      for (const [key, one] of old) {
        others.delete(key);
        one.then((loadedOne) => loadedOne.drop());
      }
      // The device may hold the same network, and let go of it, under its own key.
      const one = Object.assign(new Network(offer), { key: `${offer.graph} aside` }), coming = one.load().then(() => one);
      coming.catch(() => others.delete(offer.graph));
      others.set(offer.graph, coming);
    }
    return others.get(offer.graph);
  }

  const cost = (key, { milliseconds }) => `<p class="zoo-cost">${say(key, { milliseconds: milliseconds.toFixed(1) })}</p>`;

  // A JPEG of what was restyled here, mixed with the picture; null if that is on the server.
  function save(strength) {
    if (!made) return null;
    const sheet = asCanvas(made.before), view = sheet.getContext('2d');
    view.globalAlpha = strength;
    view.drawImage(asCanvas(made.after), 0, 0);
    return sheet.toDataURL('image/jpeg', 0.95);
  }

  return { lay, restyle, save };
}
