// The duel in two dimensions. Each question carries the settings and brings a frame; the next is asked when it is drawn, so
// that nobody computes for a page that can't keep up, is hidden, or has gone.
// Event: `advance` { settings, afresh, steps }.
import { asker } from '../../shared/web/ask.js';
import { chart, figure } from '../../shared/web/chart.js';
import { complain, onceSeen, placeOn, sayer, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';
import { followPart } from '../../shared/web/tabs.js';
import { Plane } from './plane.js';

const PATIENCE = 20_000, ROWS = 400, MOST_POINTS = 500, APART = 0.03;
// A game that nobody has touched rests after so many steps.
const ENOUGH = 4000;
// Settings that a link may ask for, as #playground/board/NAME: a thief in such a hurry that it forgets all but a place or two.
const PRESETS = { collapse: { generator_rate: -2.5, discriminator_rate: -2.7, generator_steps: 5, discriminator_steps: 1 } };
const PACKED = ['real', 'generated', 'landscape', 'arrows', 'warp'];
// The lines of each chart: what they show, whose they are, and the text that names them.
const LINES = {
  losses: [['generator_loss', 'generator', 'of_generator'], ['discriminator_loss', 'discriminator', 'of_discriminator']],
  opinions: [['d_real', 'discriminator', 'q_d_real'], ['d_fake', 'generator', 'q_d_fake']],
};

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-playground'), { find, all } = within(box);
  const say = sayer(props.labels), trouble = find('.zoo-trouble'), ask = asker(component, PATIENCE);
  const canvas = find('canvas'), plane = new Plane(canvas, props.extent);
  const charts = Object.fromEntries(all('[data-chart]').map((host) => [host.dataset.chart, chart(host)]));
  // The game goes on, takes one step, starts again, or has other settings than the last frame.
  let isRunning = false, once = false, afresh = true, isChanged = true, isTouched = false;
  let isVisible = false, isAsking = false, shape = 'ring', points = [], rows = [], last = null;

  function settings() {
    const values = { distribution: shape, points };
    for (const field of all('[data-rate]')) values[field.dataset.rate] = 10 ** Number(field.value);
    for (const field of all('[data-count]')) values[field.dataset.count] = Number(field.value);
    for (const field of all('[data-text]')) values[field.dataset.text] = field.value;
    return values;
  }

  async function next() {
    if (isAsking || !isVisible || document.hidden) return;
    if (!isRunning && !once && !isChanged) return;
    if (shape === 'drawn' && !points.length) {
      run(false);
      draw();
      return;
    }
    isAsking = true;
    const asked = shape;
    const question = ask('advance', { settings: settings(), afresh, steps: isRunning ? -1 : once ? 1 : 0 });
    afresh = once = isChanged = false;
    const answer = await question;
    isAsking = false;
    if (shape !== asked) {  // meanwhile other points are wanted
      next();
      return;
    }
    if (answer) {
      hear(answer);
    } else {
      run(false);
      complain(trouble, say('lost'));
    }
  }

  function hear(answer) {
    trouble.innerHTML = answer.trouble;
    if (answer.trouble) {
      run(false);
      return;
    }
    last = { ...answer, ...Object.fromEntries(PACKED.map((key) => [key, unpacked(answer[key])])) };
    if (rows.length && answer.step < rows.at(-1).step) rows = [];
    if (answer.row.step) rows.push(answer.row);
    if (rows.length > ROWS) rows = rows.filter((_, i) => i % 2);
    showNumbers(answer);
    showCharts();
    draw();
    box.dataset.step = answer.step;
    if (answer.step >= ENOUGH && !isTouched) run(false);
    requestAnimationFrame(next);
  }

  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return Float32Array.from(new Int16Array(bytes.buffer), (value) => value / props.counts);
  }

  function showNumbers({ step, rate, covered, plausible }) {
    const tell = (key, text) => { find(`[data-number=${key}]`).textContent = text; };
    tell('step', step.toLocaleString('en'));
    if (isRunning) tell('rate', rate.toLocaleString('en'));
    tell('covered', `${Math.round(covered * 100)}%`);
    tell('plausible', `${Math.round(plausible * 100)}%`);
  }

  function showCharts() {
    const steps = rows.map((row) => row.step);
    for (const [key, drawn] of Object.entries(charts)) {
      find(`[data-chart=${key}]`).hidden = rows.length < 2;
      if (rows.length < 2) continue;
      const lines = LINES[key].map(([name, role, words]) => (
        { label: props.labels[words], role, steps, mean: rows.map((row) => row[name]) }
      ));
      const title = say(`panel_${key}`), unit = key === 'opinions';
      drawn.draw({ title, from: steps[0], to: steps.at(-1), unit, smoothing: 0, lines });
      drawn.at(steps.at(-1));
    }
  }

  function draw() {
    const shows = (layer) => find(`[data-layer=${layer}]`).checked;
    const isDrawing = shape === 'drawn' && !isRunning, isEmpty = isDrawing && !points.length;
    plane.clear();
    find('.draw').hidden = !isEmpty;
    canvas.style.cursor = shape === 'drawn' ? 'crosshair' : '';
    canvas.style.touchAction = isDrawing ? 'none' : '';
    if (last && shows('landscape') && !isEmpty) plane.landscape(last);
    if (last && shows('warp') && !isEmpty) plane.warp(last);
    if (isDrawing) plane.dots(points.flat(), '--zoo-detective', 9);
    else if (last && shows('real')) plane.dots(last.real, '--zoo-detective', 7);
    if (last && shows('generated') && !isEmpty) plane.dots(last.generated, '--zoo-thief', 7);
    if (last && shows('arrows') && !isEmpty) plane.arrows(last);
  }

  // A distribution of the visitor's own.
  function place(event) {
    const limit = (value) => Math.round(Math.max(-1, Math.min(1, value)) * 1000) / 1000;
    const [right, down] = placeOn(canvas, event);
    const point = [limit((right - 0.5) * 2 * props.extent), limit((0.5 - down) * 2 * props.extent)];
    const [x, y] = points.at(-1) || [Infinity, Infinity];
    if (points.length >= MOST_POINTS || Math.hypot(x - point[0], y - point[1]) < APART) return;
    points.push(point);
    draw();
  }

  penOn(canvas, {
    down(event) {
      if (shape !== 'drawn') return false;
      event.preventDefault();
      if (isRunning) run(false);
      place(event);
      return true;
    },
    move: (events) => place(events.at(-1)),
    up() {
      isChanged = true;
      next();
    },
  });

  function run(isOn) {
    isRunning = isOn;
    find('[data-do=run]').textContent = isRunning ? `❚❚ ${say('play_pause')}` : `▶ ${say('play_run')}`;
  }

  function begin() {
    afresh = isChanged = true;
    rows = [];
    next();
    draw();
  }

  const actions = {
    run() {
      run(!isRunning);
      draw();
      next();
    },
    once() {
      once = true;
      run(false);
      next();
    },
    reset() {
      if (shape === 'drawn' && !isRunning) {
        points = [];
        last = null;
      }
      begin();
    },
  };
  box.addEventListener('pointerdown', () => { isTouched = true; });
  box.addEventListener('keydown', () => { isTouched = true; });
  box.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
  for (const input of all('[data-layer]')) input.addEventListener('change', draw);
  for (const field of all('.zoo-playground-sliders :is([data-rate], [data-count], [data-text])')) {
    const said = find('output', field.closest('label'));
    const tell = () => { if (said) said.textContent = field.dataset.rate ? figure(10 ** Number(field.value)) : field.value; };
    field.addEventListener('input', () => {
      tell();
      isChanged = true;
      next();
    });
    tell();
  }
  for (const radio of all('[name=shape]')) {
    radio.checked = radio.value === shape;
    radio.addEventListener('change', () => {
      shape = radio.value;
      if (shape === 'drawn') {
        run(false);
        last = null;  // what belonged to other points
      }
      begin();
    });
  }
  for (const option of find('[data-text=loss]').options) option.textContent = say(`loss_${option.value}`);
  const [whole, thread] = find('[data-count=latent_size]').options;
  whole.textContent = say('play_plane');
  thread.textContent = say('play_thread');
  canvas.setAttribute('aria-label', say('play_canvas'));
  // What a link asks for.
  function follow(part, setting) {
    const loss = find('[data-text=loss]');
    if (setting === 'loss') onceSeen(loss, () => loss.focus({ preventScroll: true }));  // the tab may be about to open
    for (const [name, value] of Object.entries(PRESETS[setting] || {})) {
      const field = find(`[data-rate=${name}], [data-count=${name}]`);
      field.value = value;
      field.dispatchEvent(new Event('input'));
    }
    if (!PRESETS[setting]) return;
    begin();
    run(true);
    next();
  }

  run(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  followPart('playground', follow);
  document.addEventListener('visibilitychange', next);
  new IntersectionObserver(([entry]) => {
    isVisible = entry.isIntersecting;
    next();
  }).observe(canvas);
  box.dataset.ready = '';
}
