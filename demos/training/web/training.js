// The viewer of training runs. A run is a state, which is fetched, and again while it is alive, and pictures, which are
// fetched one by one when they are about to be seen.
const box = element.querySelector('.zoo-training'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const language = window.ganZooLanguage || 'en', say = (key) => props.labels[key][language];
const both = (element, html) => { if (element.dataset.html !== html) { element.innerHTML = html; element.dataset.html = html; } };
const ROOT = 'training/runs', LIVE = 1000, REST = 5000, AHEAD = 12, KEPT = 80;
const screens = all('.zoo-training-screens figure'), slider = find('.zoo-training-slider input'), selects = all('[data-run]');
// What is shown: for each screen a run { id, state, mark }, and the index of a picture of the first one.
const shown = [{ id: '' }, { id: '' }];
let runs = [], index = 0, playing = false, visible = false, polling = 0, charts = new Map();
const path = (id) => `${ROOT}/${id.split('/').map(encodeURIComponent).join('/')}`;
const settings = () => ({ smoothing: Number(find('[data-set=smoothing]').value), logarithmic: find('[data-set=logarithmic]').checked, early: find('[data-set=early]').checked });

function complain(html) {
  const place = find('.zoo-trouble');
  place.innerHTML = html ? `<p role="alert">${html}</p>` : '';
}

// The browser keeps what it has, and asks with its mark whether it is still right.
async function fetched(url) {
  const answer = await fetch(url, { cache: 'no-cache' });
  const content = await answer.json();
  if (!answer.ok) throw Object.assign(new Error('refused'), { trouble: content.trouble });
  return { content, mark: answer.headers.get('etag') };
}

// The list of runs.
async function list() {
  runs = (await fetched(ROOT)).content;
  const [one, other] = selects;
  for (const select of selects) {
    const groups = [['weights', 'runs_shipped'], ['here', 'runs_here'], ['hub', 'runs_hub']].map(([where, label]) => {
      const group = document.createElement('optgroup');
      group.label = say(label);
      group.append(...runs.filter((run) => run.where === where).map((run) => new Option(`${run.alive ? '● ' : ''}${run.name}`, `${where}/${run.name}`)));
      return group;
    }).filter((group) => group.children.length);
    select.replaceChildren(...(select === other ? [new Option(say('nothing_beside'), '')] : []), ...groups);
  }
  // At first a run that goes on, else a duel: it is what the tab speaks of.
  const first = runs.find((run) => run.alive) || runs.find((run) => props.knobs.discriminator.includes(run.model)) || runs[0];
  if (!shown[0].id && first) choose(0, `${first.where}/${first.name}`);
  one.value = shown[0].id;
  other.value = shown[1].id;
  find('.zoo-training-none').hidden = runs.length > 0;
}

function choose(screen, id) {
  if (shown[screen].id === id) return;
  shown[screen] = { id };
  selects[screen].value = id;
  stop();
  complain('');
  if (screen === 0) { index = 0; if (id && id === shown[1].id) choose(1, ''); }
  if (id) refresh(screen); else render();
  differences();
}

// One run's state; what has changed is drawn.
async function refresh(screen) {
  const run = shown[screen];
  if (!run.id) return;
  try {
    const { content, mark } = await fetched(path(run.id));
    if (shown[screen] !== run) return;
    if (run.lost) complain('');
    run.lost = false;
    if (mark === run.mark) return;
    const before = run.state;
    Object.assign(run, { mark, state: content });
    if (screen === 0) {
      const atEnd = !before || index >= before.grids.length - 1;
      if (atEnd && !playing) index = Math.max(0, content.grids.length - 1);
      index = Math.min(index, Math.max(0, content.grids.length - 1));
    }
    render();
  } catch (error) {
    if (shown[screen] !== run) return;
    run.lost = true;
    run.gone = Boolean(error.trouble);
    complain(error.trouble || say('watch_lost'));
  }
}

// Nobody asks for what nobody looks at.
let rounds = 0;
async function poll() {
  clearTimeout(polling);
  if (document.hidden || !visible) return;
  try {
    if (!runs.length || rounds % 5 === 0) await list();
  } catch { complain(say('watch_lost')); }
  rounds += 1;
  const wanting = shown.map((run, screen) => ({ run, screen })).filter(({ run }) => run.id && !run.gone && (!run.state || run.lost || (run.state.where !== 'weights' && (run.state.alive || rounds % 5 === 0))));
  await Promise.all(wanting.map(({ screen }) => refresh(screen)));
  const live = shown.some((run) => run.state?.alive);
  polling = setTimeout(poll, live || shown.some((run) => run.lost) ? LIVE : REST);
}
document.addEventListener('visibilitychange', poll);

// Pictures: a few are kept, and those that come next are fetched early.
const kept = new Map();
function picture(run, step) {
  const url = `${path(run.id)}/grids/${step}?v=${run.state.version}`;
  const had = kept.get(url);
  kept.delete(url);
  const made = had || (async () => {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  })();
  if (!had) made.catch(() => kept.delete(url));
  kept.set(url, made);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return made;
}

const stepAt = (run, step) => run.state.grids.reduce((found, s) => (s <= step ? s : found), run.state.grids[0]);
const step = () => shown[0].state?.grids[index] ?? shown[0].state?.step ?? 0;

let drawing = false, again = false;
async function show() {
  if (drawing) { again = true; return; }
  drawing = true;
  do {
    again = false;
    const now = step();
    await Promise.all(shown.map(async (run, screen) => {
      const figure = screens[screen], canvas = figure.querySelector('canvas'), caption = figure.querySelector('figcaption');
      figure.hidden = screen > 0 && !run.id;
      if (!run.state) return;
      const of = run.state.grids.length ? stepAt(run, now) : null;
      caption.textContent = of === null ? `${run.state.name}: ${say('watch_none')}` : `${run.state.name} · ${of.toLocaleString('en')}`;
      canvas.setAttribute('aria-label', `${say('watch_grid')}: ${caption.textContent}`);
      if (of === null) { canvas.width = 1; return; }
      try {
        const image = await picture(run, of);
        if (shown[screen] !== run) return;
        if (canvas.width !== image.naturalWidth || canvas.height !== image.naturalHeight) Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
        canvas.getContext('2d').drawImage(image, 0, 0);
        delete figure.dataset.missing;
      } catch { figure.dataset.missing = say('watch_missing'); }
    }));
    box.dataset.step = now;
  } while (again);
  drawing = false;
  for (const next of shown[0].state?.grids.slice(index + 1, index + (playing ? AHEAD : 3)) || []) picture(shown[0], next).catch(() => {});
}

function go(to) {
  const { state } = shown[0];
  if (!state) return;
  index = Math.min(Math.max(0, to), Math.max(0, state.grids.length - 1));
  slider.value = index;
  slider.setAttribute('aria-valuetext', `${say('watch_step')} ${step()}`);
  find('[data-number=step]').textContent = step().toLocaleString('en');
  for (const one of charts.values()) one.at(step());
  show();
}

function stop() { playing = false; label(); }
function label() {
  const button = find('[data-do=play]');
  button.textContent = playing ? `❚❚ ${say('watch_pause')}` : `▶ ${say('watch_play')}`;
}

async function play() {
  playing = !playing;
  label();
  const run = shown[0];
  if (playing && index >= run.state.grids.length - 1) go(0);
  while (playing && shown[0] === run && index < run.state.grids.length - 1) {
    const started = performance.now();
    await picture(run, run.state.grids[index + 1]).catch(() => {});
    if (!playing || shown[0] !== run) return;
    go(index + 1);
    await new Promise((done) => setTimeout(done, Math.max(0, 1000 / Number(find('[data-speed]').value) - (performance.now() - started))));
  }
  if (shown[0] === run) stop();
}

// All that a state says.
function clock(seconds) {
  const [size, unit] = seconds < 90 ? [1, 'seconds'] : seconds < 5400 ? [60, 'minutes'] : [3600, 'hours'];
  return `${size < 3600 ? Math.round(seconds / size) : (seconds / size).toFixed(1)} ${say(`unit_${unit}`)}`;
}

function render() {
  const { state } = shown[0];
  if (!state) return;
  delete box.dataset.empty;
  slider.max = Math.max(0, state.grids.length - 1);
  find('.zoo-training-now .phase').textContent = state.followed ? say('phase_elsewhere') : state.alive && state.left !== null && state.phase === 'running' ? `${say('phase_running')} · ${say('time_left').replace('{time}', clock(state.left))}` : say(`phase_${state.phase}`);
  find('.zoo-training-now').dataset.phase = state.phase;
  find('.zoo-training-now .numbers').textContent = state.rate ? say('numbers').replace('{images}', state.images.toLocaleString('en')).replace('{rate}', figure(state.rate)) : '';
  for (const kind of ['film', 'animation']) {
    const link = find(`[data-${kind}]`);
    link.href = `${path(shown[0].id)}/${kind}`;
    link.hidden = state.grids.length < 2;
  }
  health(state);
  marks(state);
  curves();
  go(index);
  document.dispatchEvent(new CustomEvent('zoo-watched', { detail: state }));
}

function health(state) {
  const { light, list: found } = state.health, well = light === 'green' && !found.length;
  find('.light').dataset.light = light;
  find('.light b').textContent = say(`light_${light}`);
  find('.well').hidden = !well;
  find('.early').hidden = light !== 'none';
  const row = ([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`;
  both(find('.zoo-training-health > div'), (state.why ? `<article class="fatal"><p>${state.why}</p></article>` : '') + found.map((one, i) => `<article class="${one.until !== null ? 'over' : one.fatal ? 'fatal' : ''}">
    <button type="button" data-since="${one.since}"><b>${one.title}</b> <small>${one.when}</small></button><p>${one.story}</p>
    <details${i === 0 && one.until === null ? ' open' : ''}><summary>${say('health_advice')}</summary><ul>${one.advice.map((advice) => `<li>${advice}</li>`).join('')}</ul><dl>${one.evidence.map(row).join('')}</dl></details></article>`).join(''));
}

function marks(state) {
  both(find('.zoo-training-marks ol'), state.marks.map(({ step: at, said }) => `<li><button type="button" data-since="${at}">${at.toLocaleString('en')}</button> ${said}</li>`).join(''));
  find('.zoo-training-marks').hidden = !state.marks.length;
  // Above the slider, what happened stands where the picture of it is.
  const place = (at) => (100 * Math.max(0, state.grids.findLastIndex((s) => s <= at))) / Math.max(1, state.grids.length - 1);
  const spans = state.health.list.map(({ since, until, fatal }) => `<i class="${fatal ? 'fatal' : ''}" style="left:${place(since)}%;width:max(4px, ${place(until ?? Infinity) - place(since)}%)"></i>`);
  both(find('.zoo-training-slider div'), [...spans, ...state.marks.filter(({ marked }) => marked).map(({ step: at }) => `<u style="left:${place(at)}%"></u>`)].join(''));
}

function curves() {
  const [one, other] = shown, host = find('.zoo-training-charts'), { state } = one;
  const keys = new Set(state.panels.map(({ key }) => key));
  for (const [key, { figure: gone }] of charts) if (!keys.has(key)) { gone.remove(); charts.delete(key); }
  const end = Math.max(state.step, other.state?.step || 0), from = Math.min(state.steps[0] ?? 1, other.state?.steps[0] ?? Infinity);
  for (const panel of state.panels) {
    if (!charts.has(panel.key)) {
      const place = document.createElement('figure');
      place.className = 'zoo-chart';
      host.append(place);
      const made = chart(place, language, (at) => { stop(); nearest(at); });
      charts.set(panel.key, { ...made, figure: place });
    }
    host.append(charts.get(panel.key).figure);
    const second = other.state?.panels.find(({ key }) => key === panel.key);
    const lines = [...panel.lines.map((line) => ({ ...line, steps: state.steps })), ...(second?.lines || []).map((line) => ({ ...line, steps: other.state.steps, other: true }))];
    charts.get(panel.key).draw({
      ...settings(), title: panel.title[language], lines, from, to: end, unit: ['opinions', 'agreement'].includes(panel.key),
      spans: panel.key === 'losses' || panel.key === 'opinions' ? state.health.list : [], marks: state.marks.filter(({ marked }) => marked),
    });
  }
}

function nearest(at) {
  const { state } = shown[0];
  if (!state?.grids.length) return;
  go(state.grids.reduce((best, s, i) => (Math.abs(s - at) < Math.abs(state.grids[best] - at) ? i : best), 0));
}

async function differences() {
  const place = find('.zoo-training-differences'), [one, other] = shown;
  place.hidden = !(one.id && other.id);
  if (place.hidden) return;
  const query = new URLSearchParams({ one: one.id, other: other.id });
  const { content } = await fetched(`training/differences?${query}`).catch(() => ({ content: [] }));
  if (shown[0] !== one || shown[1] !== other) return;
  place.querySelector('p').hidden = content.length > 0;
  place.querySelector('table').replaceChildren(...[['', one.id, other.id], ...content].map((cells, i) => {
    const row = document.createElement('tr');
    row.append(...cells.map((text, k) => Object.assign(document.createElement(i && k ? 'td' : 'th'), { textContent: i ? text : text.split('/').at(-1) })));
    return row;
  }));
}

// What the visitor does.
const actions = { play, first: () => { stop(); go(0); }, last: () => { stop(); go(Infinity); } };
box.addEventListener('click', (event) => {
  const { do: act, since } = event.target.closest('button')?.dataset || {};
  actions[act]?.();
  if (since !== undefined) { stop(); nearest(Number(since)); }
});
selects.forEach((select, screen) => select.addEventListener('change', () => choose(screen, select.value)));
slider.addEventListener('input', () => { stop(); go(Number(slider.value)); });
all('[data-set]').forEach((field) => field.addEventListener('input', () => shown[0].state && curves()));
// The keys work as long as no other field has them.
document.addEventListener('keydown', (event) => {
  if (!visible || !box.offsetParent || event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.('input, select, textarea, button, summary, [role=tab], [contenteditable]')) return;
  const move = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: Infinity }[event.key];
  if (move === undefined && event.key !== ' ') return;
  event.preventDefault();
  if (event.key === ' ') play(); else { stop(); go(move); }
});
slider.setAttribute('aria-label', say('watch_slider'));
find('[data-do=first]').setAttribute('aria-label', say('watch_first'));
find('[data-do=last]').setAttribute('aria-label', say('watch_last'));
label();
new IntersectionObserver(([entry]) => { visible = entry.isIntersecting; if (visible) poll(); else stop(); }, { rootMargin: '200px' }).observe(box);
