// A room to walk in: a wall of pictures, two of them chosen, and a slider from one to the other.
import { along, asInputs, latents } from './latent.js';
import { button, complaints, make, newest, saver, say, showTime } from './page_parts.js';
import { asCanvas, asPixels } from './pictures.js';

const COUNT = 16;
// Latents beyond so many standard deviations are rare, and their pictures are poor.
const THRESHOLD = 2;

export async function walking(place, network, { name, latent, classes, size }) {
  const wall = make('div', { className: 'wall' }), result = make('canvas', { className: 'result', width: size, height: size });
  const took = make('p', { className: 'took', role: 'status' }), failed = complaints();
  const slider = make('input', { type: 'range', min: 0, max: 1, step: 0.005, value: 0.5, 'aria-label': say('position') });
  const select = make('select', {}, ...classes.map((one, value) => make('option', { value }, one)));
  let points = [], picks = [0, 5];
  const label = () => (classes.length ? Number(select.value) : null);

  const stand = newest(async () => {
    const ends = picks.map((pick) => points[pick]), t = Number(slider.value);
    const answer = await network.run(asInputs([along(ends, picks.length > 1 ? t : 0)], label()));
    result.getContext('2d').putImageData(asPixels(answer), 0, 0);
    showTime(took, answer.milliseconds);
  }, failed);

  function mark() {
    [...wall.children].forEach((tile, i) => {
      tile.setAttribute('aria-pressed', picks.includes(i));
      tile.lastChild.textContent = picks.includes(i) ? picks.indexOf(i) + 1 : '';
    });
  }

  // The third choice takes the place of the first.
  function pick(i) {
    if (picks.includes(i) && picks.length > 1) picks = picks.filter((one) => one !== i);
    else if (!picks.includes(i)) picks = [...picks, i].slice(-2);
    mark();
    stand();
  }

  async function fill(seed) {
    points = latents(COUNT, latent, seed, THRESHOLD);
    await show();
  }

  const show = newest(async () => {
    const answer = await network.run(asInputs(points, label()));
    wall.replaceChildren(...points.map((_, i) => {
      const tile = button(() => pick(i), asCanvas(asPixels(answer, i)), make('span'));
      tile.setAttribute('aria-label', say('tile', { n: i + 1 }));
      return tile;
    }));
    mark();
    await stand();
  }, failed);

  select.addEventListener('change', show);
  slider.addEventListener('input', stand);
  place.append(
    make('p', { className: 'hint' }, say('walk_hint')),
    make('div', { className: 'tools' }, button(() => fill(Math.floor(Math.random() * 2 ** 31)), say('again')),
      ...classes.length ? [make('label', {}, say('class'), select)] : []),
    failed,
    make('div', { className: 'bench' },
      make('section', {}, make('h3', {}, say('wall')), wall),
      make('section', {}, make('h3', {}, say('way')), result, slider, took, saver(result, name))),
  );
  await fill(7);
}
