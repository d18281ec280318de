// The board: a picture, a brush that takes parts of it away, and what the model puts there while the hand moves.
// Each event carries a request, { n, model, sample, picture, mask, moving, seed, file }; props.answer: what came of it.
const box = element.querySelector('.zoo-inpaint'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const board = find('.zoo-inpaint-board canvas'), view = board.getContext('2d'), result = find('.zoo-inpaint-result img');
const language = window.ganZooLanguage || 'en', say = (key) => props.labels[key][language];
const SIDE = 512, MOST_POINTS = 4000, patience = 8000;
let model = props.models[0], subject = null, strokes = [], now = null, pointer = null, seed = 0;

// What is brushed away shows as paper with hatching; the same strokes, white on black and small, are what the server gets.
const hatch = (() => {
  const tile = Object.assign(document.createElement('canvas'), { width: 16, height: 16 }), ink = tile.getContext('2d');
  ink.fillStyle = '#e9e5de';
  ink.fillRect(0, 0, 16, 16);
  ink.strokeStyle = '#b9b1a6';
  ink.lineWidth = 2;
  for (const x of [-16, 0, 16]) { ink.beginPath(); ink.moveTo(x, 16); ink.lineTo(x + 16, 0); ink.stroke(); }
  return view.createPattern(tile, 'repeat');
})();

function paint(sheet, style, scale) {
  Object.assign(sheet, { strokeStyle: style, lineCap: 'round', lineJoin: 'round' });
  for (const { width, points } of [...strokes, ...(now ? [now] : [])]) {
    sheet.lineWidth = width * scale;
    sheet.beginPath();
    sheet.moveTo(points[0][0] * scale, points[0][1] * scale);
    for (const [x, y] of points) sheet.lineTo(x * scale + 0.01, y * scale);  // a line of no length would leave no dot
    sheet.stroke();
  }
}

function show() {
  view.clearRect(0, 0, SIDE, SIDE);
  paint(view, hatch, 1);
  board.dataset.strokes = strokes.length;
  for (const name of ['undo', 'clear']) find(`[data-do=${name}]`).disabled = !strokes.length;
}

function mask() {
  const sheet = Object.assign(document.createElement('canvas'), { width: model.size, height: model.size }).getContext('2d');
  sheet.fillRect(0, 0, model.size, model.size);
  paint(sheet, '#fff', model.size / SIDE);
  return sheet.canvas.toDataURL('image/png');
}

// Asking: one request at a time. Meanwhile the newest hole waits, and what came before it is never sent.
const looks = {};  // what each model has to show
let n = 0, busy = 0, shown = 0, stale = false, wanted = null, timer = 0;

function ask(event, request) {
  box.dataset.asked = busy = n += 1;
  delete box.dataset.settled;
  trigger(event, { request: { n, model: model.name, ...request } });
  timer = setTimeout(free, patience);  // an answer can get lost
}

function free() {
  clearTimeout(timer);
  busy = 0;
  if (wanted) { const file = wanted; wanted = null; ask('upload', { file }); }
  else if (!looks[model.name]) ask('select', {});
  else if (stale && subject) { stale = false; ask('change', { ...subject.request, mask: mask(), moving: pointer !== null, seed }); }
  else box.dataset.settled = 'true';
}

function send() { stale = true; if (!busy) free(); }

function receive(answer) {
  if (!answer) return;
  if (answer.samples) { looks[answer.model] = answer; if (answer.model === model.name) showModel(); }
  if (answer.brought && answer.model === model.name) take(answer.brought, { picture: answer.brought });
  if ('best' in answer && answer.n > shown && answer.model === model.name) reveal(answer);
  if (answer.trouble || 'best' in answer) find('.zoo-trouble').innerHTML = answer.trouble;
  if (answer.n === busy) { if (answer.trouble && answer.n > shown) looks[model.name] ||= { samples: [], card: '' }; free(); }
}

// One picture of a row: a click shows it large.
function tile({ name, picture, psnr }) {
  const button = document.createElement('button'), image = document.createElement('img'), caption = document.createElement('span');
  button.type = 'button';
  image.src = picture;
  image.alt = '';
  caption.innerHTML = name;
  if (psnr !== null) caption.append(` ${psnr.toFixed(1)} dB`);
  button.append(image, caption);
  button.addEventListener('click', () => enlarge(picture));
  return button;
}

function enlarge(picture) {
  result.hidden = !picture;
  result.src = picture || '';
  find('.zoo-inpaint-result').toggleAttribute('data-empty', !picture);
  const link = find('.zoo-save');
  link.hidden = !picture;
  link.href = picture || '';
  link.download = `${model.name}.png`;
}

function reveal({ n: number, best, cost, rest }) {
  shown = number;
  enlarge(best);
  find('.zoo-took').innerHTML = cost;
  if (best && !rest) return;  // the hand still moves: the rows stay as they were
  find('.zoo-inpaint-share').innerHTML = rest ? rest.share : '';
  for (const row of all('[data-row]')) row.hidden = !rest;
  if (!rest) return;
  const [proposals, others] = ['proposals', 'others'].map((name) => find(`[data-row=${name}] div`));
  proposals.replaceChildren(
    tile({ name: say('inpaint_best'), ...rest.best }),
    ...rest.proposals.map((proposal, i) => tile({ name: say('inpaint_proposal').replace('{n}', 'ABC'[i]), ...proposal })),
  );
  others.replaceChildren(...rest.others.map(tile));
}

function take(source, request) {
  subject = { request };
  find('.zoo-inpaint-board img').src = source;
  strokes = [];
  for (const row of all('[data-row]')) row.hidden = true;
  enlarge('');
  find('.zoo-took').innerHTML = find('.zoo-inpaint-share').innerHTML = '';
  shown = n;
  show();
  for (const button of all('.zoo-inpaint-samples button')) button.setAttribute('aria-pressed', button.value === String(request.sample));
}

function showModel() {
  const { samples, card } = looks[model.name];
  find('.zoo-inpaint-samples').hidden = !samples.length;
  find('.zoo-inpaint-samples div').replaceChildren(...samples.map((source, i) => {
    const button = document.createElement('button'), image = document.createElement('img');
    Object.assign(button, { type: 'button', value: i });
    button.setAttribute('aria-label', say('inpaint_sample').replace('{n}', i + 1));
    image.src = source;
    image.alt = '';
    button.append(image);
    button.addEventListener('click', () => take(source, { sample: i }));
    return button;
  }));
  find('.zoo-about').innerHTML = card;
  if (samples.length) take(samples[0], { sample: 0 });
  else { subject = null; find('.zoo-inpaint-board img').removeAttribute('src'); }
  if (samples.length) brushAtRandom();
}

// Brushing with a mouse, a finger or a pen.
const at = (event) => {
  const paper = board.getBoundingClientRect();
  return [(event.clientX - paper.left) / paper.width * SIDE, (event.clientY - paper.top) / paper.height * SIDE].map(Math.round);
};
board.addEventListener('pointerdown', (event) => {
  if (pointer !== null || event.button || !subject) return;
  pointer = event.pointerId;
  board.setPointerCapture(pointer);
  board.focus({ preventScroll: true });
  now = { width: Number(find('[type=range]').value) / 100 * SIDE, points: [at(event)] };
  show();
  send();
});
board.addEventListener('pointermove', (event) => {
  if (event.pointerId !== pointer || now.points.length > MOST_POINTS) return;
  const moves = event.getCoalescedEvents?.() || [];
  now.points.push(...(moves.length ? moves : [event]).map(at));
  show();
  send();
});
for (const name of ['pointerup', 'pointercancel']) {
  board.addEventListener(name, (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    strokes.push(now);
    now = null;
    show();
    send();
  });
}

// A stroke for those who have no hand free, and for the first look.
function brushAtRandom() {
  const between = (least, most) => least + (most - least) * Math.random();
  let x = between(0.3, 0.7) * SIDE, y = between(0.25, 0.6) * SIDE, angle = between(0, 6.28);
  const points = [[x, y]];
  for (let i = 0; i < 3; i++) {
    angle += 3.14 + between(-0.8, 0.8);
    [x, y] = [x + Math.cos(angle) * SIDE * 0.25, y + Math.sin(angle) * SIDE * 0.25].map((value) => Math.min(SIDE, Math.max(0, value)));
    points.push([x, y]);
  }
  strokes.push({ width: 0.14 * SIDE, points });
  show();
  send();
}

const actions = {
  undo: () => strokes.pop(),
  clear: () => { strokes = []; },
  random: brushAtRandom,
  more: () => { seed += 1; },
};
box.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button || pointer !== null || !subject) return;
  actions[button.dataset.do]();
  show();
  send();
});
board.addEventListener('keydown', (event) => {
  const undoing = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
  if (pointer !== null || (!undoing && event.key !== 'Delete')) return;
  event.preventDefault();
  actions[undoing ? 'undo' : 'clear']();
  show();
  send();
});
box.addEventListener('change', (event) => {
  if (event.target.name !== 'inpaint-model') return;
  model = props.models.find(({ name }) => name === event.target.value);
  subject = null;
  if (looks[model.name]) showModel();
  else if (!busy) free();
});

const bring = bringer(find('.zoo-trouble'), props.most, say('large_file_here'), (url) => { wanted = url; if (!busy) free(); });
const file = find('[type=file]');
file.addEventListener('change', () => { bring(file.files[0]); file.value = ''; });
board.addEventListener('dragover', (event) => event.preventDefault());
board.addEventListener('drop', (event) => { event.preventDefault(); bring(event.dataTransfer.files[0]); });

board.setAttribute('aria-label', say('inpaint_canvas'));
result.alt = say('inpaint_result');
find('[name=inpaint-model]').checked = true;
watch('answer', () => receive(props.answer));
// Nothing is asked before the tab is looked at.
let seen = false;
new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting || seen) return;
  seen = true;
  free();
}, { rootMargin: '200px' }).observe(box);
box.dataset.ready = '';
