// The quiz: five boxes after Leitner. A question that was known moves up and waits longer, one that wasn't goes back to the
// first. { id: [box, day] } is kept in the browser, where a day is counted since 1970 and in the visitor's own time.
const KEPT = 'gan-zoo-quiz', WAITS = [0, 1, 3, 7, 14], AT_ONCE = 10;
function today() { const now = new Date(); return Math.floor((now - now.getTimezoneOffset() * 60000) / 86400000); }

function quiz() {
  const here = room('quiz'), about = find('select', here), start = find('.start', here), card = find('.card', here), none = find('.none', here);
  let known = {};
  try { known = JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { /* storage is off or spoilt: everything is new */ }
  const state = ({ id }) => {
    const [level, due] = Array.isArray(known[id]) ? known[id] : [0, 0];
    return WAITS[level] === undefined || !Number.isInteger(due) ? [0, 0] : [level, due];
  };
  const asked = () => lessons.quiz.filter((one) => !about.value || one.chapter === about.value);
  const due = () => asked().filter((one) => state(one)[1] <= today());

  function keep(one, right) {
    const level = right ? Math.min(state(one)[0] + 1, WAITS.length - 1) : 0;
    known[one.id] = [level, today() + WAITS[level]];
    try { localStorage.setItem(KEPT, JSON.stringify(known)); } catch { /* they last as long as the page */ }
  }

  function overview() {
    const counts = WAITS.map((_, level) => lessons.quiz.filter((one) => state(one)[0] === level).length);
    find('.zoo-learn-boxes').replaceChildren(...counts.map((count, level) => make('li', { style: `--share: ${count / lessons.quiz.length}` }, make('i'), make('b', { textContent: count }), make('span', { textContent: say('learn_quiz_box', { n: level + 1 }) }))));
    const waiting = due().length, first = Math.min(...asked().map((one) => state(one)[1]));
    start.textContent = waiting ? say('learn_quiz_start', { n: Math.min(waiting, AT_ONCE) }) : say('learn_quiz_ahead');
    none.textContent = waiting ? '' : say('learn_quiz_none', { day: new Date(first * 86400000).toLocaleDateString(language, { month: 'long', day: 'numeric', timeZone: 'UTC' }) });
  }

  function mixed(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i -= 1) { const k = Math.floor(Math.random() * (i + 1)); [copy[i], copy[k]] = [copy[k], copy[i]]; }
    return copy;
  }

  // Those that are due, the lowest boxes first; where none is, those that would be next.
  function begin() {
    const soonest = (list) => mixed(list).sort((a, b) => state(a)[1] - state(b)[1] || state(a)[0] - state(b)[0]);
    ask(soonest(due().length ? due() : asked()).slice(0, AT_ONCE), 0, 0);
  }

  function ask(round, n, right) {
    const one = round[n];
    here.dataset.asking = '';
    card.hidden = false;
    if (!one) {
      delete here.dataset.asking;
      card.replaceChildren(make('p', { className: 'done', textContent: say('learn_quiz_done', { right, all: round.length }) }));
      overview();
      start.focus();
      return;
    }
    const options = make('ol', {}, ...mixed(one.options.map((text, i) => [text, i])).map(([text, i]) => make('li', {}, make('button', { type: 'button', textContent: text, value: i }))));
    card.dataset.id = one.id;
    card.replaceChildren(make('p', { className: 'count', textContent: say('learn_quiz_count', { n: n + 1, all: round.length }) }), make('h3', { textContent: one.question }), options, make('p', { className: 'zoo-note', textContent: say('learn_quiz_keys') }));
    card.focus({ preventScroll: true });
    options.addEventListener('click', (event) => {
      const chosen = event.target.closest('button');
      if (!chosen || chosen.disabled) return;
      const correct = chosen.value === '0';
      keep(one, correct);
      for (const button of all('button', options)) {
        button.disabled = true;
        if (button.value === '0') button.append(make('small', { textContent: ` ✓ ${say('learn_quiz_answer')}` }));
      }
      chosen.classList.add(correct ? 'right' : 'wrong');
      const next = make('button', { type: 'button', className: 'zoo-learn-act main next', textContent: say('learn_quiz_next') });
      next.addEventListener('click', () => ask(round, n + 1, right + correct));
      card.lastChild.replaceWith(make('div', { className: 'why', role: 'status' }, make('p', {}, make('b', { textContent: say(correct ? 'learn_quiz_right' : 'learn_quiz_wrong') }), ` ${one.why}`)), make('p', { className: 'after' }, next, make('a', { href: `#learn/${one.chapter}`, textContent: say('learn_quiz_read') })));
      next.focus();
      overview();
    });
  }

  card.addEventListener('keydown', (event) => {
    if (/^[1-9]$/.test(event.key)) all('ol button', card)[event.key - 1]?.click();
  });
  find('.forget', here).addEventListener('click', () => {
    if (!window.confirm(say('learn_quiz_sure'))) return;
    known = {};
    try { localStorage.removeItem(KEPT); } catch { /* nothing is kept */ }
    delete here.dataset.asking;
    card.hidden = true;
    overview();
  });
  about.replaceChildren(new Option(say('learn_quiz_all'), ''), ...lessons.chapters.filter(({ name }) => lessons.quiz.some((one) => one.chapter === name)).map(({ name, title }) => new Option(title, name)));
  about.addEventListener('change', overview);
  start.addEventListener('click', begin);
  overview();
}
