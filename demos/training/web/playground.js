// The duel in two dimensions. Each question carries the settings and brings a frame; the next is asked when it is drawn, so
// that nobody computes for a page that can't keep up, is hidden, or has gone.
const box = element.querySelector('.zoo-playground'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const language = window.ganZooLanguage || 'en', say = (key) => props.labels[key][language];
const canvas = find('canvas'), pen = canvas.getContext('2d'), SIDE = canvas.width, ROWS = 400;
const style = getComputedStyle(box), colour = (name) => style.getPropertyValue(name).trim();
const LINES = { losses: [['generator_loss', 'generator', 'of_generator'], ['discriminator_loss', 'discriminator', 'of_discriminator']], opinions: [['d_real', 'discriminator', 'q_d_real'], ['d_fake', 'generator', 'q_d_fake']] };
const charts = Object.fromEntries(all('[data-chart]').map((host) => [host.dataset.chart, chart(host, language)]));
let running = false, visible = false, asked = 0, answered = 0, shape = 'ring', points = [], rows = [], last = null, afresh = true, once = false, changed = true, timer = 0;

function settings() {
  const values = { distribution: shape, points };
  for (const field of all('[data-rate]')) values[field.dataset.rate] = 10 ** Number(field.value);
  for (const field of all('[data-count]')) values[field.dataset.count] = Number(field.value);
  for (const field of all('[data-text]')) values[field.dataset.text] = field.value;
  return values;
}

function next() {
  if (asked !== answered || !visible || document.hidden) return;
  if (!running && !once && !changed) return;
  if (shape === 'drawn' && !points.length) { running = false; label(); draw(); return; }
  asked += 1;
  trigger('change', { request: { n: asked, settings: settings(), afresh, steps: running ? -1 : once ? 1 : 0 } });
  afresh = once = changed = false;
  clearTimeout(timer);
  timer = setTimeout(() => { answered = asked; running = false; label(); complain(`<p role="alert">${say('lost')}</p>`); }, 20000);
}

const complain = (html) => { find('.zoo-trouble').innerHTML = html; };

function told(answer) {
  if (!answer || answer.n !== asked || answered === asked) return;
  clearTimeout(timer);
  answered = asked;
  complain(answer.trouble);
  if (answer.trouble) { running = false; label(); return; }
  last = { ...answer, ...Object.fromEntries(['real', 'generated', 'landscape', 'arrows', 'warp'].map((key) => [key, unpacked(answer[key])])) };
  if (rows.length && answer.step < rows.at(-1).step) rows = [];
  if (answer.row.step) rows.push(answer.row);
  if (rows.length > ROWS) rows = rows.filter((_, i) => i % 2);
  numbers(answer);
  draw();
  box.dataset.step = answer.step;
  requestAnimationFrame(next);
}

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Float32Array.from(new Int16Array(bytes.buffer), (value) => value / props.counts);
}

function numbers({ step, rate, covered, plausible }) {
  const percent = (share) => `${Math.round(share * 100)}%`;
  const said = { step: step.toLocaleString('en'), rate: running ? rate.toLocaleString('en') : null, covered: percent(covered), plausible: percent(plausible) };
  for (const [key, text] of Object.entries(said)) if (text !== null) find(`[data-number=${key}]`).textContent = text;
  const steps = rows.map((row) => row.step);
  for (const [key, drawn] of Object.entries(charts)) {
    find(`[data-chart=${key}]`).hidden = rows.length < 2;
    if (rows.length < 2) continue;
    drawn.draw({
      title: say(`panel_${key}`), from: steps[0] || 1, to: steps.at(-1) || 2, unit: key === 'opinions', smoothing: 0,
      lines: LINES[key].map(([name, role, words]) => ({ label: props.labels[words], role, steps, mean: rows.map((row) => row[name]) })),
    });
    drawn.at(steps.at(-1) ?? null);
  }
}

// Drawing: the plane from [-extent, extent] is the canvas, with y upwards.
const at = (x) => (x / props.extent / 2 + 0.5) * SIDE, up = (y) => (0.5 - y / props.extent / 2) * SIDE;
const patch = document.createElement('canvas');

function rgb(name) {
  pen.fillStyle = colour(name);
  const hex = pen.fillStyle;
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

function landscape({ cells, landscape: values }) {
  const real = rgb('--zoo-detective'), fake = rgb('--zoo-thief'), paper = rgb('--zoo-panel');
  Object.assign(patch, { width: cells, height: cells });
  const ink = patch.getContext('2d'), image = ink.createImageData(cells, cells);
  values.forEach((p, i) => {
    const side = p > 0.5 ? real : fake, strength = 0.75 * Math.min(1, Math.abs(p - 0.5) * 2) ** 0.8;
    for (let c = 0; c < 3; c += 1) image.data[4 * i + c] = paper[c] + (side[c] - paper[c]) * strength;
    image.data[4 * i + 3] = 255;
  });
  ink.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(patch, 0, 0, SIDE, SIDE);
}

function dots(values, fill, radius) {
  pen.fillStyle = fill;
  pen.strokeStyle = colour('--zoo-panel');
  pen.lineWidth = 2;
  for (let i = 0; i < values.length; i += 2) {
    pen.beginPath();
    pen.arc(at(values[i]), up(values[i + 1]), radius, 0, 7);
    pen.fill();
    pen.stroke();
  }
}

function warp({ along, warp: values }) {
  pen.strokeStyle = colour('--zoo-thief');
  pen.globalAlpha = 0.55;
  pen.lineWidth = 2.5;
  for (let line = 0; line < values.length / 2 / along; line += 1) {
    pen.beginPath();
    for (let i = 0; i < along; i += 1) pen.lineTo(at(values[2 * (line * along + i)]), up(values[2 * (line * along + i) + 1]));
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

// The longest arrow has a fixed length: how steep it is overall is what the gradient norm says.
function arrows({ arrows: values }) {
  let most = 1e-6;
  for (let i = 0; i < values.length; i += 4) most = Math.max(most, Math.hypot(values[i + 2], values[i + 3]));
  pen.strokeStyle = colour('--zoo-ink');
  pen.lineWidth = 3;
  for (let i = 0; i < values.length; i += 4) {
    const [x, y, dx, dy] = values.slice(i, i + 4), length = 70 * Math.sqrt(Math.hypot(dx, dy) / most), turn = Math.atan2(-dy, dx);
    if (length < 8) continue;
    const [toX, toY] = [at(x) + length * Math.cos(turn), up(y) + length * Math.sin(turn)];
    pen.beginPath();
    pen.moveTo(at(x), up(y));
    pen.lineTo(toX, toY);
    for (const side of [-0.5, 0.5]) { pen.moveTo(toX, toY); pen.lineTo(toX - 12 * Math.cos(turn + side), toY - 12 * Math.sin(turn + side)); }
    pen.stroke();
  }
}

function draw() {
  const shows = (layer) => find(`[data-layer=${layer}]`).checked;
  pen.fillStyle = colour('--zoo-panel');
  pen.fillRect(0, 0, SIDE, SIDE);
  const isDrawing = shape === 'drawn' && !running;
  find('.draw').hidden = !isDrawing || points.length > 0;
  canvas.style.cursor = shape === 'drawn' ? 'crosshair' : '';
  canvas.style.touchAction = isDrawing ? 'none' : '';
  if (last && shows('landscape') && !(isDrawing && !points.length)) landscape(last);
  if (last && shows('warp')) warp(last);
  if (isDrawing) dots(points.flat(), colour('--zoo-detective'), 9); else if (last && shows('real')) dots(last.real, colour('--zoo-detective'), 7);
  if (last && shows('generated') && !(isDrawing && !points.length)) dots(last.generated, colour('--zoo-thief'), 7);
  if (last && shows('arrows')) arrows(last);
}

// A distribution of the visitor's own.
function place(event) {
  const rect = canvas.getBoundingClientRect(), limit = (value) => Math.round(Math.max(-1, Math.min(1, value)) * 1000) / 1000;
  const point = [limit(((event.clientX - rect.left) / rect.width - 0.5) * 2 * props.extent), limit((0.5 - (event.clientY - rect.top) / rect.height) * 2 * props.extent)];
  const [x, y] = points.at(-1) || [9, 9];
  if (points.length >= 500 || Math.hypot(x - point[0], y - point[1]) < 0.03) return;
  points.push(point);
  draw();
}
canvas.addEventListener('pointerdown', (event) => {
  if (shape !== 'drawn') return;
  event.preventDefault();
  if (running) { running = false; label(); }
  canvas.setPointerCapture(event.pointerId);
  place(event);
});
canvas.addEventListener('pointermove', (event) => { if (canvas.hasPointerCapture(event.pointerId)) place(event); });
canvas.addEventListener('pointerup', () => { if (shape === 'drawn') { changed = true; next(); } });

function label() { find('[data-do=run]').textContent = running ? `❚❚ ${say('play_pause')}` : `▶ ${say('play_run')}`; }

function reset() { afresh = changed = true; rows = []; if (shape === 'drawn' && !running) { points = []; last = null; } next(); draw(); }

const actions = {
  run: () => { running = !running; label(); draw(); next(); },
  once: () => { running = false; once = true; label(); next(); },
  reset,
};
box.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
for (const input of all('[data-layer]')) input.addEventListener('change', draw);
for (const field of all('.zoo-playground-sliders [data-rate], .zoo-playground-sliders [data-count], .zoo-playground-sliders [data-text]')) {
  const said = field.closest('label').querySelector('output');
  const tell = () => { if (said) said.textContent = field.dataset.rate ? figure(10 ** Number(field.value)) : field.value; };
  field.addEventListener('input', () => { tell(); changed = true; next(); });
  tell();
}
for (const radio of all('[name=shape]')) {
  radio.checked = radio.value === shape;
  radio.addEventListener('change', () => { shape = radio.value; if (shape === 'drawn') running = false; afresh = changed = true; rows = []; label(); next(); draw(); });
}
const [plane, thread] = find('[data-count=latent_size]').options;
plane.textContent = say('play_plane');
thread.textContent = say('play_thread');
canvas.setAttribute('aria-label', say('play_canvas'));
label();
watch('answer', () => told(props.answer));
document.addEventListener('visibilitychange', next);
new IntersectionObserver(([entry]) => { visible = entry.isIntersecting; next(); }).observe(canvas);
box.dataset.ready = '';
