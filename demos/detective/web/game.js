// The game: a question to the server at a time, each under its number; the next picture is asked for while one is judged.
const box = element.querySelector('.zoo-case'), find = (css) => box.querySelector(css);
const language = window.ganZooLanguage || 'en';
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
const image = find('figure img'), choice = find('.zoo-case-choice'), go = find('[data-do=go]'), told = find('.zoo-case-told'), end = find('.zoo-case-end');
let n = 0, waiting = null, cases = [], now = null, next = null, since = 0, best = 0, row = 0;

image.alt = say('case_picture');

// Asking: the answer comes as a value of the page, under the number of the question.
function ask(request) {
  return new Promise((resolve) => {
    const lost = setTimeout(() => finish({ trouble: `<p role="alert">${say('detective_lost')}</p>` }), 90000);
    function finish(answer) { clearTimeout(lost); waiting = null; find('.zoo-trouble').innerHTML = answer.trouble || ''; resolve(answer); }
    waiting = { n: n += 1, finish };
    trigger('change', { request: { n, ...request } });
  });
}
watch('answer', () => { if (waiting && props.answer && props.answer.n === waiting.n) waiting.finish(props.answer); });

const level = (index) => Math.floor(index * props.levels / props.rounds);
const deal = (index) => ask({ do: 'deal', level: level(index) });

function board() {
  const right = (who) => cases.filter((one) => one[who]).length;
  find('.round').textContent = say('case_round', { n: Math.min(cases.length + (box.dataset.phase === 'told' ? 0 : 1), props.rounds), rounds: props.rounds });
  find('.step').textContent = now ? (now.step ? say('case_step', { step: now.step.toLocaleString(language) }) : say('case_last')) : '';
  find('.mine').textContent = right('mine');
  find('.theirs').textContent = right('theirs');
  find('.streak').textContent = row;
  find('.time').textContent = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(1);
}

async function open() {
  cases = []; row = best = 0; next = null;
  end.hidden = true;
  await turn();
}

async function turn() {
  now = next || await deal(cases.length);
  next = null;
  if (now.trouble) { now = null; phase('closed'); return; }
  image.src = now.picture;
  image.hidden = false;
  told.textContent = '';
  phase('judging');
  since = performance.now();
  box.focus({ preventScroll: true });
}

function phase(name) {
  box.dataset.phase = name;
  choice.hidden = name !== 'judging';
  go.parentElement.hidden = name === 'judging' || name === 'busy';
  find('.zoo-case-keys').hidden = name === 'closed' || name === 'over';
  go.textContent = say(name === 'closed' ? 'case_start' : name === 'over' ? 'case_again' : cases.length < props.rounds ? 'case_next' : 'case_result');
  delete box.dataset.right;
  board();
}

async function judge(real) {
  if (box.dataset.phase !== 'judging') return;
  const seconds = (performance.now() - since) / 1000, { ticket, picture } = now;
  phase('busy');
  const answer = await ask({ do: 'judge', ticket, real });
  if (answer.trouble) { phase('told'); return; }
  const mine = answer.real === real, theirs = answer.real === answer.detective;
  cases.push({ picture, real: answer.real, mine, theirs, seconds });
  row = mine ? row + 1 : 0;
  best = Math.max(best, row);
  told.textContent = [say(mine ? 'case_right' : 'case_wrong'), say(answer.real ? 'case_was_real' : 'case_was_forged'), say(theirs ? 'case_also' : 'case_neither')].join(' ');
  phase('told');
  box.dataset.right = mine;
  go.focus({ preventScroll: true });
  if (cases.length < props.rounds) { const came = await deal(cases.length); if (!came.trouble) next = came; }
}

function verdict() {
  const mine = cases.filter((one) => one.mine).length, theirs = cases.filter((one) => one.theirs).length;
  const [heading, line, subheading, wall] = end.children;
  heading.textContent = say(mine > theirs ? 'case_won' : mine < theirs ? 'case_beaten' : 'case_drawn');
  const seconds = (cases.reduce((sum, one) => sum + one.seconds, 0) / cases.length).toFixed(1);
  line.textContent = `${say('case_average', { right: mine, rounds: cases.length, seconds, streak: best })} ${say('case_theirs', { right: theirs })}`;
  const fooled = cases.filter((one) => !one.mine).sort((a, b) => a.theirs - b.theirs);
  subheading.textContent = say(fooled.length ? 'case_fooled' : 'case_nothing');
  wall.replaceChildren(...fooled.map((one) => shown(one.picture, `${say(one.real ? 'room_real' : 'room_forged')}${one.theirs ? '' : `\n${say('case_fooled_both')}`}`)));
  image.hidden = true;
  told.textContent = '';
  end.hidden = false;
  phase('over');
  go.focus({ preventScroll: true });
}

function shown(picture, caption) {
  const figure = document.createElement('figure'), small = Object.assign(new Image(), { src: picture, alt: '' }), under = document.createElement('figcaption');
  under.textContent = caption;
  figure.append(small, under);
  return figure;
}

go.addEventListener('click', async () => {
  if (waiting) { await new Promise((resolve) => { const look = setInterval(() => { if (!waiting) { clearInterval(look); resolve(); } }, 30); }); }
  if (box.dataset.phase === 'closed' || box.dataset.phase === 'over') open();
  else if (box.dataset.phase === 'told') (cases.length < props.rounds ? turn : verdict)();
});
choice.addEventListener('click', (event) => { const says = event.target.closest('[data-says]'); if (says) judge(says.dataset.says === 'real'); });
box.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') { event.preventDefault(); judge(event.key === 'ArrowLeft'); }
});
setInterval(() => {
  if (box.dataset.phase === 'judging') find('.time').textContent = (cases.reduce((sum, one) => sum + one.seconds, 0) + (performance.now() - since) / 1000).toFixed(1);
}, 100);
phase('closed');
