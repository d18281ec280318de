// The studio: tasks, tools, the canvas, and the picture that the model makes of the drawing while the pen moves.
// Each event carries a request, { n, model, drawing, paper, moving, file }; props.answer: what came of it, with the same n.
const box = element.querySelector('.zoo-sketch'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const canvas = find('.zoo-paper canvas'), view = canvas.getContext('2d'), result = find('.zoo-result');
const language = window.ganZooLanguage || 'en', place = 'gan-zoo-sketch', patience = 8000;
const drawings = {};  // one for each way of drawing, so that it outlasts a change of task
const kept = {
  task: props.tasks[0].name, tools: { colours: 'rectangle' }, colours: {}, widths: { ink: 3, colour: 8, eraser: 10 }, paper: false, drawings: {},
};
try {
  const found = JSON.parse(sessionStorage.getItem(place)) || {};
  for (const key of Object.keys(kept)) if (found[key] && typeof found[key] === typeof kept[key]) kept[key] = found[key];
} catch { /* storage is off or spoilt: a new sheet */ }
const say = (key) => props.labels[key][language];

let tasks = props.tasks;
const taskNow = () => tasks.find(({ name }) => name === kept.task) || tasks[0];
const modeNow = () => taskNow().mode;
const drawing = () => (drawings[modeNow()] ||= new Drawing());
const colours = () => [...(modeNow() === 'lines' ? ['#000000'] : []), ...taskNow().palette];
const tool = () => kept.tools[modeNow()] || 'pen';
const colour = () => kept.colours[modeNow()] || colours().find((value) => value !== '#ffffff');
const isHint = () => modeNow() === 'lines' && colour() !== '#000000';
const widthName = () => (tool() === 'eraser' ? 'eraser' : modeNow() === 'lines' && !isHint() ? 'ink' : 'colour');

function store() {
  kept.drawings[modeNow()] = { done: drawing().done, undone: drawing().undone };
  try {
    sessionStorage.setItem(place, JSON.stringify(kept));
    return true;
  } catch (error) { return error.name !== 'QuotaExceededError'; }  // where storage is off, nothing more can be done
}

// What doesn't fit becomes one picture; where not even that does, it lasts as long as the page.
function keep() {
  if (store()) return;
  drawing().undone = [];
  drawing().bake(drawing().done.length);
  store();
}

function show() {
  view.clearRect(0, 0, SIDE, SIDE);
  for (const sheet of [drawing().hints, drawing().ink]) view.drawImage(sheet.canvas, 0, 0);
  const { done, undone, now } = drawing();
  canvas.dataset.steps = done.length;
  find('.zoo-paper').toggleAttribute('data-blank', !now && (!done.length || done.at(-1).tool === 'clear'));
  find('[data-do=undo]').disabled = !done.length;
  find('[data-do=redo]').disabled = !undone.length;
  const original = drawing().original();
  find('.zoo-original').hidden = !original;
  if (original) find('.zoo-original img').src = original;
}

// Asking: one request at a time. Meanwhile the newest drawing waits, and what came before it is never sent.
const looked = new Set();  // tasks whose examples were asked for
let pointer = null;  // the one that draws
let n = 0, shown = 0, busy = 0, stale = false, wanted = null, timer = 0, asked = '';

function ask(event, request) {
  asked = event;
  box.dataset.asked = busy = n += 1;
  delete result.dataset.settled;
  result.toggleAttribute('data-busy', event === 'change');
  trigger(event, { request: { n, model: taskNow().name, ...request } });
  timer = setTimeout(free, patience);  // an answer can get lost
}

function free() {
  clearTimeout(timer);
  busy = 0;
  result.removeAttribute('data-busy');
  const { name, size } = taskNow();
  if (wanted) { const file = wanted; wanted = null; ask('upload', { file }); }
  else if (stale) { stale = false; ask('change', { drawing: drawing().picture(size), paper: kept.paper, moving: pointer !== null }); }
  else if (!looked.has(name)) { looked.add(name); ask('select', {}); }
  else result.dataset.settled = 'true';
}

function send() {
  stale = true;
  if (!busy) free();
}

function changed() { show(); keep(); send(); }

// Older answers never take the place of newer ones, and none that of a drawing which has made way for another.
let floor = 0;

function receive(answer) {
  if (!answer) return;
  box.dataset.answered = answer.n;
  if (answer.tasks) offer(answer.tasks);
  if ('card' in answer) { props.cards[answer.model] = answer; showTask(); }
  if (answer.brought && answer.n >= floor) lay(answer.brought);
  const isNew = answer.n >= Math.max(floor, shown), failed = answer.trouble && asked === 'change';
  if (isNew && ('picture' in answer || failed)) reveal({ picture: '', cost: '', ...answer });
  if (isNew && ('picture' in answer || answer.trouble)) find('.zoo-trouble').innerHTML = answer.trouble;
  if (answer.n === busy) free();
}

function reveal(answer) {
  shown = answer.n;
  const next = find('.zoo-result img');
  next.hidden = !answer.picture;
  next.src = answer.picture || '';
  result.toggleAttribute('data-empty', !answer.picture);
  result.dataset.n = answer.n;
  find('.zoo-took').innerHTML = answer.cost;
  const before = find('.zoo-result canvas').getContext('2d'), link = find('.zoo-save');
  before.fillStyle = '#fff';
  before.fillRect(0, 0, SIDE, SIDE);
  before.drawImage(canvas, 0, 0);
  link.hidden = !answer.picture;
  link.href = answer.picture;
  link.download = `${answer.model}.png`;
  // For whoever goes on with the picture, such as a tab of styles.
  document.dispatchEvent(new CustomEvent('zoo-sketched', { detail: { picture: answer.picture, model: answer.model } }));
}

async function lay({ source, original }) {
  const paper = drawing();
  await paper.read(source);
  paper.add({ tool: 'picture', source, original, parted: modeNow() === 'lines', crisp: modeNow() === 'colours' });
  changed();
}

// Weights come and go while the page is open.
function offer(found) {
  const same = found.map(({ name }) => name).join('/') === tasks.map(({ name }) => name).join('/');
  tasks = found;
  if (same || !found.length) return;
  const one = find('.zoo-tasks label');
  const labels = found.map(({ name, title }) => {
    const label = one.cloneNode();
    label.innerHTML = `<input type="radio" name="sketch-task"> ${title}`;
    label.firstChild.value = name;
    return label;
  });
  all('.zoo-tasks label').forEach((label) => label.remove());
  find('.zoo-tasks').append(...labels);
}

function showTask() {
  const task = taskNow(), { examples = [], card = '' } = props.cards[task.name] || {};
  box.dataset.mode = task.mode === 'photo' ? 'photo' : 'drawing';
  for (const radio of all('.zoo-tasks input')) radio.checked = radio.value === task.name;
  find('.zoo-examples').hidden = !examples.length;
  find('.zoo-examples div').replaceChildren(...examples.map((example) => {
    const button = document.createElement('button'), picture = document.createElement('img');
    button.type = 'button';
    button.setAttribute('aria-label', `${say('start_from')}: ${example.name[language]}`);
    picture.src = example.source;
    picture.alt = '';
    button.append(picture);
    button.addEventListener('click', () => lay(example));
    return button;
  }));
  find('.zoo-about').innerHTML = card;
  find('.zoo-how').innerHTML = task.how;
  showTools();
}

function showTools() {
  const chosen = colour();
  for (const button of all('[data-tool]')) button.setAttribute('aria-pressed', button.dataset.tool === tool());
  find('.zoo-colours div').replaceChildren(...colours().map((value) => {
    const swatch = document.createElement('button');
    swatch.type = 'button';
    swatch.style.background = swatch.dataset.colour = value;
    swatch.setAttribute('aria-label', value === '#000000' && modeNow() === 'lines' ? say('ink') : `${say('colour')} ${value}`);
    swatch.setAttribute('aria-pressed', value === chosen);
    return swatch;
  }));
  find('.zoo-colours input').value = chosen;
  find('.zoo-width input').value = kept.widths[widthName()];
  find('.zoo-paper-mode input').checked = kept.paper;
}

function chooseTask(name) {
  kept.task = name;
  floor = n + 1;
  showTask();
  changed();
}

// Drawing with a mouse, a finger or a pen.
const at = (event) => {
  const paper = canvas.getBoundingClientRect(), pressure = event.pointerType === 'pen' ? 0.4 + 1.2 * event.pressure : 1;
  return [(event.clientX - paper.left) / paper.width * SIDE, (event.clientY - paper.top) / paper.height * SIDE, pressure]
    .map((value) => Math.round(value * 10) / 10);
};

canvas.addEventListener('pointerdown', (event) => {
  if (pointer !== null || event.button || modeNow() === 'photo') return;
  const step = {
    tool: tool(), colour: colour(), hint: isHint(), filled: isHint() || modeNow() === 'colours',
    width: kept.widths[widthName()] * SIDE / taskNow().size, points: [at(event)],
  };
  canvas.focus({ preventScroll: true });
  if (step.tool === 'fill') { drawing().add(step); changed(); return; }
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  drawing().begin(step);
  show();
  send();
});
canvas.addEventListener('pointermove', (event) => {
  if (event.pointerId !== pointer) return;
  const moves = event.getCoalescedEvents?.() || [];
  for (const move of moves.length ? moves : [event]) drawing().extend(straight(at(move), event.shiftKey));
  show();
  send();
});
for (const name of ['pointerup', 'pointercancel']) {
  canvas.addEventListener(name, (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    drawing().end();
    changed();
  });
}

// With shift a line takes one of eight directions and a rectangle is a square.
function straight([x, y, pressure], shift) {
  const { tool: kind, points: [[a, b]] } = drawing().now;
  if (!shift || kind === 'pen' || kind === 'eraser') return [x, y, pressure];
  const [right, down] = [x - a, y - b], most = Math.max(Math.abs(right), Math.abs(down));
  const flat = kind === 'line' && Math.min(Math.abs(right), Math.abs(down)) < most * 0.41;
  const leg = (size) => (flat && Math.abs(size) < most ? 0 : Math.sign(size) * most);
  return [a + leg(right), b + leg(down), pressure];
}

// Tools, by click and by key.
const actions = {
  undo: () => drawing().undo(),
  redo: () => drawing().redo(),
  mirror: () => { if (drawing().done.length) drawing().add({ tool: 'mirror' }); },
  clear: () => { if (drawing().done.length) { floor = n + 1; drawing().add({ tool: 'clear' }); } },
};

function act(name) {
  if (pointer !== null) return;
  actions[name]();
  find('.zoo-trouble').innerHTML = '';
  changed();
}

function choose(name) { kept.tools[modeNow()] = name; showTools(); keep(); }

function paint(value) {
  kept.colours[modeNow()] = value;
  choose(tool() === 'eraser' ? 'pen' : tool());
}

function widen(by) {
  const range = find('.zoo-width input'), name = widthName();
  kept.widths[name] = Math.max(Number(range.min), Math.min(Number(range.max), kept.widths[name] + by));
  showTools();
  keep();
}

box.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.tool) choose(button.dataset.tool);
  if (button?.dataset.do) act(button.dataset.do);
  if (button?.dataset.colour) paint(button.dataset.colour);
});
find('.zoo-colours input').addEventListener('input', (event) => paint(event.target.value));
find('.zoo-width input').addEventListener('input', (event) => { kept.widths[widthName()] = Number(event.target.value); keep(); });
find('.zoo-paper-mode input').addEventListener('change', (event) => { kept.paper = event.target.checked; keep(); send(); });
find('.zoo-tasks').addEventListener('change', (event) => chooseTask(event.target.value));
find('.zoo-result input').addEventListener('input', (event) => result.style.setProperty('--split', `${event.target.value}%`));

const keys = { p: 'pen', e: 'eraser', l: 'line', r: 'rectangle', f: 'fill' };
const isField = (target) => target.isContentEditable || target.matches('textarea, select')
  || (target.matches('input') && !['range', 'radio', 'checkbox', 'color', 'file', 'button'].includes(target.type));

document.addEventListener('keydown', (event) => {
  if (!box.offsetParent || isField(event.target) || event.altKey) return;
  const key = event.key.toLowerCase(), command = event.ctrlKey || event.metaKey;
  const undoing = command && { z: event.shiftKey ? 'redo' : 'undo', y: 'redo' }[key];
  if (undoing) act(undoing);
  else if (command) return;
  else if (key === 'escape' && pointer !== null) { pointer = null; drawing().cancel(); changed(); }
  else if (key === 'm') act('mirror');
  else if (key === 'delete') act('clear');
  else if (modeNow() === 'photo') return;
  else if (keys[key]) choose(keys[key]);
  else if (key === '[') widen(-1);
  else if (key === ']') widen(1);
  else if (colours()[key - 1]) paint(colours()[key - 1]);
  else return;
  event.preventDefault();
});

const bring = bringer(find('.zoo-trouble'), props.most, say('large_file_here'), (url) => { wanted = url; if (!busy) free(); });

const file = find('.zoo-file input');
file.addEventListener('change', () => { bring(file.files[0]); file.value = ''; });
find('.zoo-paper').addEventListener('dragover', (event) => event.preventDefault());
find('.zoo-paper').addEventListener('drop', (event) => { event.preventDefault(); bring(event.dataTransfer.files[0]); });
document.addEventListener('paste', (event) => {
  const [pasted] = event.clipboardData?.files || [];
  if (pasted && box.offsetParent && !isField(event.target)) { event.preventDefault(); bring(pasted); }
});

// On a phone the tools stay in view, which they can't in what scrolls: Gradio's frame would, and no style reaches it.
element.closest('.gradio-container').style.overflow = 'clip';

// Nothing is asked before the tab is looked at.
let seen = false;
for (const [css, key] of [['.zoo-paper canvas', 'canvas_label'], ['.zoo-result input', 'compare'], ['.zoo-colours', 'colour']]) {
  find(css).setAttribute('aria-label', say(key));
}
find('.zoo-result img').alt = say('result_label');
for (const button of all('[aria-keyshortcuts]')) {
  button.title = `${button.querySelector(`[lang=${language}]`).textContent} (${button.getAttribute('aria-keyshortcuts').replace('Control+', 'Ctrl+').toUpperCase()})`;
}
watch('answer', () => receive(props.answer));
(async () => {
  for (const [mode, steps] of Object.entries(kept.drawings)) {
    drawings[mode] = new Drawing();
    await drawings[mode].restore(steps).catch(() => { drawings[mode] = new Drawing(); });
  }
  showTask();
  show();
  new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || seen) return;
    seen = true;
    send();
  }, { rootMargin: '200px' }).observe(box);
  box.dataset.ready = '';
})();
