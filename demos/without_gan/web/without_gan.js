// The Without GANs tab. One question is on its way at a time, under its number; where the pointer is on a map goes before all
// else, and of several places the last one counts. A part is asked for when it comes into view.
const box = element.querySelector('.zoo-ways'), find = (css, from = box) => from.querySelector(css), all = (css, from = box) => [...from.querySelectorAll(css)];
const language = window.ganZooLanguage || 'en';
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
const HUES = ['#e6194b', '#f58231', '#d9b400', '#7ac70c', '#2e8b57', '#18b4c4', '#4363d8', '#911eb4', '#f032e6', '#a0703c'];
let n = 0, waiting = null, queue = [], urgent = new Map(), lost = 0, data = props.data[0], seed = props.seed, round = 0, seen = true;

function ask(request, done, about = '') { queue.push({ request, done, about }); next(); }
function forget(about) { queue = queue.filter((one) => one.about !== about); }
function next() {
  if (waiting) return;
  const first = urgent.keys().next();
  if (!first.done) { waiting = urgent.get(first.value); urgent.delete(first.value); } else waiting = queue.shift();
  if (!waiting) { box.dataset.settled = ''; return; }
  delete box.dataset.settled;
  waiting.n = n += 1;
  trigger('change', { request: { n, ...waiting.request } });
  clearTimeout(lost);
  lost = setTimeout(() => { complain(`<p role="alert">${say('ways_lost')}</p>`); waiting = null; next(); }, 60000);
}
const complain = (html) => { find('.zoo-trouble').innerHTML = html; };
watch('answer', () => {
  const answer = props.answer;
  if (!waiting || !answer || answer.n !== waiting.n) return;
  clearTimeout(lost);
  const { done } = waiting;
  waiting = null;
  if (answer.trouble) complain(answer.trouble);
  done(answer);
  next();
});

// Samples.
function draw() {
  const mine = round, wall = find(`.zoo-ways-wall[data-of="${data}"]`);
  forget('draw');
  for (const figure of all('figure', wall)) {
    figure.setAttribute('aria-busy', 'true');
    const model = figure.dataset.draw;
    const request = model ? { do: 'draw', model, seed } : { do: 'real', data, seed };
    ask(request, (answer) => {
      if (mine !== round) return;
      figure.removeAttribute('aria-busy');
      if (answer.trouble) return;
      const image = find('img', figure);
      image.src = answer.sheet;
      image.alt = say('ways_samples');
      if (model) find('small', figure).textContent = say('ways_drawn', { milliseconds: answer.milliseconds });
    }, 'draw');
  }
}

// What comes back of a code.
function back() {
  const place = find(`.zoo-ways-back[data-of="${data}"]`), mine = round, which = seen;
  forget('back');
  for (const row of all('[data-back]', place)) {
    row.setAttribute('aria-busy', 'true');
    ask({ do: 'back', model: row.dataset.back, seed, seen }, (answer) => {
      if (mine !== round || which !== seen) return;
      row.removeAttribute('aria-busy');
      if (answer.trouble) return;
      find('small', row).textContent = say('ways_psnr', { psnr: answer.psnr });
      for (const strip of ['given', 'returned', 'between']) Object.assign(find(`.${strip}`, row), { src: answer[strip], alt: say(`ways_${strip}`) });
    }, 'back');
  }
}

// Maps.
class Chart {
  constructor(place) {
    this.model = place.dataset.map;
    this.canvas = find('canvas', place);
    this.picture = find('img', place);
    this.pen = this.canvas.getContext('2d');
    this.at = [0, 0];
    this.canvas.width = this.canvas.height = 420;
    this.canvas.setAttribute('aria-label', say('ways_map_label'));
    this.canvas.addEventListener('pointermove', (event) => this.move(event));
    this.canvas.addEventListener('pointerdown', (event) => this.move(event));
    this.canvas.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
      if (!step) return;
      event.preventDefault();
      this.go(this.at[0] + step[0], this.at[1] + step[1]);
    });
  }
  load() {
    if (this.asked) return;
    this.asked = true;
    ask({ do: 'map', model: this.model }, (answer) => {
      if (answer.trouble) return;
      this.points = answer.points;
      const lattice = new Image();
      lattice.onload = () => { this.lattice = lattice; this.draw(); };
      lattice.src = answer.lattice;
      legend(Math.max(...answer.points.map((point) => point[2])) + 1);
      this.go(0, 0);
    });
  }
  move(event) {
    const frame = this.canvas.getBoundingClientRect();
    this.go(((event.clientX - frame.left) / frame.width - 0.5) * 2 * props.extent, (0.5 - (event.clientY - frame.top) / frame.height) * 2 * props.extent);
  }
  go(x, y) {
    const within = (value) => Math.max(-props.extent, Math.min(props.extent, Math.round(value * 1000) / 1000));
    this.at = [within(x), within(y)];
    this.draw();
    urgent.set(this.model, { request: { do: 'place', model: this.model, x: this.at[0], y: this.at[1] }, done: (answer) => { if (answer.trouble) return; this.picture.src = answer.picture; this.picture.alt = say('ways_map_label'); } });
    next();
  }
  draw() {
    const { pen, canvas } = this, side = canvas.width, place = (value) => (value / props.extent + 1) / 2 * side;
    pen.imageSmoothingEnabled = false;
    if (this.lattice) pen.drawImage(this.lattice, 0, 0, side, side);
    if (find('.zoo-ways-dots input').checked) {
      for (const [x, y, label] of this.points || []) {
        pen.beginPath();
        pen.arc(place(x), side - place(y), 3.2, 0, 7);
        pen.fillStyle = HUES[label % HUES.length];
        pen.fill();
      }
    }
    const [x, y] = [place(this.at[0]), side - place(this.at[1])];
    pen.lineWidth = 3;
    for (const [colour, radius] of [['#000', 12], ['#fff', 9]]) { pen.strokeStyle = colour; pen.beginPath(); pen.arc(x, y, radius, 0, 7); pen.stroke(); }
  }
}
const charts = all('[data-map]').map((place) => [place.dataset.of, new Chart(place)]);
function legend(classes) {
  find('.zoo-ways-legend').replaceChildren(...(classes > HUES.length || classes < 2 ? [] : HUES.slice(0, classes).map((hue, i) => {
    const entry = document.createElement('span');
    entry.style.setProperty('--hue', hue);
    entry.textContent = i;
    return entry;
  })));
}
find('.zoo-ways-dots input').addEventListener('change', () => charts.forEach(([, chart]) => chart.draw()));

// What is in view of the data that is chosen.
const parts = [['.zoo-ways-wall', draw], ['.zoo-ways-back', back], ['.zoo-ways-pair', () => charts.forEach(([of, chart]) => { if (of === data) chart.load(); })]];
const drawn = new Set(), inView = new Set();
const eye = new IntersectionObserver((entries) => {
  for (const entry of entries) { if (entry.isIntersecting) inView.add(entry.target); else inView.delete(entry.target); }
  look();
}, { rootMargin: '200px' });
function look() {
  for (const [css, work] of parts) {
    if (all(css).some((place) => inView.has(place)) && !drawn.has(css)) { drawn.add(css); work(); }
  }
}
function turn() {
  drawn.clear();
  complain('');
  round += 1;
  for (const part of all('[data-of]')) part.hidden = part.dataset.of !== data;
  find('.zoo-ways-maps').hidden = !charts.some(([of]) => of === data);
  look();
}
parts.forEach(([css]) => all(css).forEach((place) => eye.observe(place)));
const field = find('.zoo-ways-seed input');
field.value = seed;
field.addEventListener('change', () => { if (field.checkValidity() && field.value !== '') { seed = Number(field.value); turn(); } });
find('[data-do=again]').addEventListener('click', () => { seed = Math.floor(Math.random() * 100000); field.value = seed; turn(); });
all('[name=ways-data]').forEach((radio, i) => { radio.checked = i === 0; radio.addEventListener('change', () => { data = radio.value; turn(); }); });
all('[name=ways-seen]').forEach((radio) => radio.addEventListener('change', () => { seen = radio.value === 'seen'; drawn.delete('.zoo-ways-back'); look(); }));
turn();
