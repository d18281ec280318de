// The quiz: rounds of questions, by click or by key.
import { button, language, make, within } from '../../shared/web/dom.js';
import { Boxes, DAY, mixed } from './boxes.js';

// The questions of a round.
const MOST = 10;

export function mountQuiz(here, { chapters, quiz }, say) {
  const { find, all } = within(here), about = find('select'), start = find('.start'), card = find('.card');
  const boxes = new Boxes();

  const asked = () => quiz.filter((one) => !about.value || one.chapter === about.value);
  const due = () => asked().filter((one) => boxes.isDue(one));

  function dayName(day) {
    return new Date(day * DAY).toLocaleDateString(language, { month: 'long', day: 'numeric', timeZone: 'UTC' });
  }

  function showBoxes() {
    find('.zoo-learn-boxes').replaceChildren(...boxes.counts(quiz).map((count, i) => make(
      'li',
      { style: `--share: ${count / quiz.length}` },
      make('i'),
      make('b', { textContent: count }),
      make('span', { textContent: say('learn_quiz_box', { n: i + 1 }) }),
    )));
    const waiting = due().length, first = Math.min(...asked().map((one) => boxes.state(one)[1]));
    start.textContent = waiting ? say('learn_quiz_start', { n: Math.min(waiting, MOST) }) : say('learn_quiz_ahead');
    find('.none').textContent = waiting ? '' : say('learn_quiz_none', { day: dayName(first) });
  }

  // Those that are due, and where none is, those that would be next.
  function begin() {
    ask(boxes.soonest(due().length ? due() : asked()).slice(0, MOST), 0, 0);
  }

  function end(round, right) {
    delete here.dataset.asking;
    const done = say('learn_quiz_done', { right, all: round.length });
    card.replaceChildren(make('p', { className: 'done', textContent: done }));
    showBoxes();
    start.focus();
  }

  // Asks question `n` of a round; so far `right` were right.
  function ask(round, n, right) {
    const one = round[n];
    here.dataset.asking = '';
    card.hidden = false;
    if (!one) {
      end(round, right);
      return;
    }
    const answers = mixed(one.options.map((text, i) => [text, i]));
    const options = make('ol', {}, ...answers.map(([text, value]) => (
      make('li', {}, make('button', { type: 'button', textContent: text, value }))
    )));
    options.addEventListener('click', (event) => {
      const chosen = event.target.closest('button');
      if (chosen && !chosen.disabled) tell(one, options, chosen, (isRight) => ask(round, n + 1, right + isRight));
    });
    card.dataset.id = one.id;
    card.replaceChildren(
      make('p', { className: 'count', textContent: say('learn_quiz_count', { n: n + 1, all: round.length }) }),
      make('h3', { textContent: one.question }),
      options,
      make('p', { className: 'zoo-note', textContent: say('learn_quiz_keys') }),
    );
    card.focus({ preventScroll: true });
  }

  // Says whether an answer was right, and why; the first option is.
  function tell(one, options, chosen, goOn) {
    const isRight = chosen.value === '0';
    boxes.answered(one, isRight);
    for (const option of all('button', options)) {
      option.disabled = true;
      if (option.value === '0') option.append(make('small', { textContent: ` ✓ ${say('learn_quiz_answer')}` }));
    }
    chosen.classList.add(isRight ? 'right' : 'wrong');
    const next = button(() => goOn(isRight), {
      className: 'zoo-learn-act main next',
      textContent: say('learn_quiz_next'),
    });
    const verdict = make('b', { textContent: say(isRight ? 'learn_quiz_right' : 'learn_quiz_wrong') });
    const chapter = make('a', { href: `#learn/${one.chapter}`, textContent: say('learn_quiz_read') });
    card.lastChild.replaceWith(
      make('div', { className: 'why', role: 'status' }, make('p', {}, verdict, ` ${one.why}`)),
      make('p', { className: 'after' }, next, chapter),
    );
    next.focus();
    showBoxes();
  }

  card.addEventListener('keydown', (event) => {
    if (/^[1-9]$/.test(event.key)) all('ol button', card)[event.key - 1]?.click();
  });
  find('.forget').addEventListener('click', () => {
    if (!window.confirm(say('learn_quiz_sure'))) return;
    boxes.forget();
    delete here.dataset.asking;
    card.hidden = true;
    showBoxes();
  });
  const isAsked = ({ name }) => quiz.some((one) => one.chapter === name);
  about.replaceChildren(
    new Option(say('learn_quiz_all'), ''),
    ...chapters.filter(isAsked).map(({ name, title }) => new Option(title, name)),
  );
  about.addEventListener('change', showBoxes);
  start.addEventListener('click', begin);
  showBoxes();
}
