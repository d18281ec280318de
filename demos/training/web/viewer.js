// The viewer of training runs. A run is a state, which is fetched, and again while it is alive, and pictures, which are fetched
// one by one when they are about to be seen.
import { language, make, within } from '../../shared/web/dom.js';
import { followPart } from '../../shared/web/tabs.js';
import { mountCurves } from './curves.js';
import { mountReel } from './reel.js';
import { mountReport } from './report.js';
import { ROOT, fetched, pathOf } from './runs.js';

const LIVE = 1000, REST = 5000;  // milliseconds between two looks at the runs: while one is alive, and else
const OFTEN = 5;  // the list, and runs that rest, are looked at every so many times
const GROUPS = { weights: 'runs_shipped', here: 'runs_here', hub: 'runs_hub' };
const KEYLESS = 'input, select, textarea, button, summary, [role=tab], [contenteditable]';

// `duels` are the models that are trained against an opponent. rendered(run): the first run { id, state } is shown anew.
export function mountViewer(box, say, { duels, rendered }) {
  const { find, all } = within(box), selects = all('[data-run]');
  // The run of each screen: { id, state, mark, lost, gone }.
  const shown = [{ id: '' }, { id: '' }];
  // The shipped runs that a link asks for, until the list is there.
  const wished = [];
  let runs = [], isVisible = false, timer = 0, rounds = 0, polls = 0;

  const report = mountReport(box, say);
  const curves = mountCurves(box, shown, { picked: (step) => reel.goNear(step) });
  const reel = mountReel(box, say, shown, { moved: curves.at, calledOf });

  // What people call a run.
  function calledOf(id) {
    const [where, name] = id.split('/');
    return runs.find((run) => run.where === where && run.name === name)?.said[language] || name;
  }

  function complain(html) {
    find('.zoo-trouble').innerHTML = html ? `<p role="alert">${html}</p>` : '';
  }

  function group(where) {
    const options = runs.filter((run) => run.where === where).map(({ name, said, alive }) => (
      new Option(`${alive ? '● ' : ''}${said[language]}`, `${where}/${name}`)
    ));
    return options.length ? [make('optgroup', { label: say(GROUPS[where]) }, ...options)] : [];
  }

  // The list of runs.
  async function list() {
    runs = (await fetched(ROOT)).content;
    const [one, other] = selects;
    one.replaceChildren(...Object.keys(GROUPS).flatMap(group));
    other.replaceChildren(new Option(say('nothing_beside'), ''), ...Object.keys(GROUPS).flatMap(group));
    // At first a run that goes on, else a duel: it is what the tab speaks of.
    const isThere = (id) => runs.some(({ where, name }) => `${where}/${name}` === id);
    wished.splice(0).forEach((id, screen) => { if (isThere(id)) choose(screen, id); });
    const first = runs.find(({ alive }) => alive) || runs.find(({ model }) => duels.includes(model)) || runs[0];
    if (!shown[0].id && first) choose(0, `${first.where}/${first.name}`);
    selects.forEach((select, screen) => { select.value = shown[screen].id; });
    find('.zoo-training-none').hidden = runs.length > 0;
  }

  function choose(screen, id) {
    if (shown[screen].id === id) return;
    shown[screen] = { id };
    selects[screen].value = id;
    reel.stop();
    complain('');
    if (screen === 0) {
      reel.rewind();
      if (id && id === shown[1].id) choose(1, '');
    }
    if (id) refresh(screen);
    else render();
    showDifferences();
  }

  // One run's state; what has changed is drawn. Who waits gets the answer when something has changed, or after a while.
  async function refresh(screen, waits = false) {
    const run = shown[screen];
    if (!run.id) return;
    try {
      const { content, mark } = await fetched(pathOf(run.id), waits && !run.lost && run.mark);
      if (shown[screen] !== run) return;
      if (run.lost) complain('');
      run.lost = false;
      if (mark === run.mark) return;
      const before = run.state;
      if (before && before.alive !== content.alive) rounds = 0;  // the list shows which runs are alive
      Object.assign(run, { mark, state: content });
      if (screen === 0) reel.renew(before);
      render();
    } catch (error) {
      if (shown[screen] !== run) return;
      run.lost = true;
      run.gone = Boolean(error.trouble);
      complain(error.trouble || say('watch_lost'));
    }
  }

  function isDue({ id, state, lost, gone }) {
    if (!id || gone) return false;
    return !state || lost || (state.where !== 'weights' && (state.alive || rounds % OFTEN === 0));
  }

  // Nobody asks for what nobody looks at.
  async function poll() {
    clearTimeout(timer);
    if (document.hidden || !isVisible) return;
    try {
      if (!runs.length || rounds % OFTEN === 0) await list();
    } catch { complain(say('watch_lost')); }
    rounds += 1;
    polls += 1;
    const mine = polls, due = shown.map(isDue);
    // Of two runs that are alive, none may wait for the other.
    const waits = shown.filter(({ state }) => state?.alive).length === 1;
    await Promise.all(shown.map((run, screen) => (due[screen] ? refresh(screen, waits && run.state?.alive) : null)));
    if (mine !== polls) return;  // another one has begun meanwhile
    timer = setTimeout(poll, shown.some(({ state, lost }) => state?.alive || lost) ? LIVE : REST);
  }

  function render() {
    const [run] = shown;
    if (!run.state) return;
    delete box.dataset.empty;
    report(run.id, run.state);
    curves.draw();
    reel.draw();
    rendered(run);
  }

  // The settings in which the two runs differ.
  async function showDifferences() {
    const place = find('.zoo-training-differences'), [one, other] = shown;
    place.hidden = !(one.id && other.id);
    if (place.hidden) return;
    const query = new URLSearchParams({ one: one.id, other: other.id });
    const { content } = await fetched(`training/differences?${query}`).catch(() => ({ content: [] }));
    if (shown[0] !== one || shown[1] !== other) return;
    find('p', place).hidden = content.length > 0;
    const heads = ['', calledOf(one.id), calledOf(other.id)].map((said) => make('th', {}, said));
    const rows = content.map(([key, ...values]) => [make('th', {}, key), ...values.map((value) => make('td', {}, value))]);
    find('table', place).replaceChildren(...[heads, ...rows].map((cells) => make('tr', {}, ...cells)));
  }

  // A run that was started, brought or steered here: it comes into view, or its state is looked at.
  async function show(id) {
    shown[0].gone = false;
    rounds = 0;
    try {
      await list();
      choose(0, id);
      box.scrollIntoView({ behavior: 'smooth' });
      poll();
    } catch { complain(say('watch_lost')); }
  }

  async function renew(id) {
    shown[0].gone = false;
    rounds = 0;
    if (shown[0].id !== id) return;
    shown[0].mark = '';
    await refresh(0);
    poll();
  }

  const actions = { play: reel.play, first: () => reel.jump(0), last: () => reel.jump(Infinity) };
  box.addEventListener('click', (event) => {
    const { do: act, since } = event.target.closest('button')?.dataset || {};
    actions[act]?.();
    if (since !== undefined) reel.goNear(Number(since));
  });
  selects.forEach((select, screen) => select.addEventListener('change', () => choose(screen, select.value)));

  // The keys work as long as no other field has them.
  const keys = {
    ' ': reel.play,
    ArrowLeft: () => reel.move(-1),
    ArrowRight: () => reel.move(1),
    Home: () => reel.jump(0),
    End: () => reel.jump(Infinity),
  };
  document.addEventListener('keydown', (event) => {
    if (!isVisible || !box.offsetParent || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest?.(KEYLESS) || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  followPart('training', (part, setting) => {
    if (part !== 'watch' || !setting) return;
    wished.splice(0, 2, ...setting.split('+').map((name) => `weights/${name}`));
    if (runs.length) list();
  });
  for (const option of all('option[data-en]')) option.textContent = option.dataset[language];
  document.addEventListener('visibilitychange', poll);
  new IntersectionObserver(([entry]) => {
    isVisible = entry.isIntersecting;
    if (isVisible) poll();
    else reel.stop();
  }, { rootMargin: '200px' }).observe(box);

  return { first: () => shown[0], show, renew };
}
