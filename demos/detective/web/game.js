// The game: pictures to judge, one after the other, against the discriminator. While one is looked at the next is dealt.
// Events: `deal` { level } and `judge` { ticket, real }.
import { asker } from '../../shared/web/ask.js';
import { complain, language, sayer, sentences, within } from '../../shared/web/dom.js';
import { captioned } from './wall.js';

const PATIENCE = 90_000;
// The clock of the game is shown anew so often, in milliseconds.
const TICK = 100;

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-case'), { find } = within(box);
  const say = sayer(props.labels), { rounds, levels } = props, trouble = find('.zoo-trouble');
  const image = find('figure img'), choice = find('.zoo-case-choice'), go = find('[data-do=go]');
  const told = find('.zoo-case-told'), end = find('.zoo-case-end'), question = asker(component, PATIENCE);
  // The pictures that have been judged, the one that is shown, the one that comes after it, and when the one was shown.
  let cases = [], now = null, next = null, since = 0;
  let row = 0, best = 0;  // right answers in a row
  let doing = Promise.resolve();  // what has to end before the next click counts

  // The answer to a question, or null where something is wrong, which is said.
  async function ask(event, request) {
    const answer = await question(event, request);
    if (answer) trouble.innerHTML = answer.trouble;
    else complain(trouble, say('detective_lost'));
    return answer && !answer.trouble ? answer : null;
  }

  const deal = () => ask('deal', { level: Math.floor(cases.length * levels / rounds) });
  const isAt = (...phases) => phases.includes(box.dataset.phase);
  const isLast = () => cases.length >= rounds;
  const count = (who) => cases.filter((one) => one[who]).length;
  const seconds = () => cases.reduce((sum, one) => sum + one.seconds, 0);
  const looking = () => (performance.now() - since) / 1000;

  function stepName() {
    if (!now) return '';
    return now.step ? say('case_step', { step: now.step.toLocaleString(language) }) : say('case_last');
  }

  function showBoard() {
    const n = Math.min(cases.length + (isAt('told') ? 0 : 1), rounds);
    find('.round').textContent = say('case_round', { n, rounds });
    find('.step').textContent = stepName();
    find('.mine').textContent = count('mine');
    find('.theirs').textContent = count('theirs');
    find('.streak').textContent = row;
    find('.time').textContent = seconds().toFixed(1);
  }

  function enter(phase) {
    box.dataset.phase = phase;
    choice.hidden = phase !== 'judging';
    go.parentElement.hidden = isAt('judging', 'busy');
    find('.zoo-case-keys').hidden = isAt('closed', 'over');
    const does = { closed: 'case_start', over: 'case_again' }[phase];
    go.textContent = say(does || (isLast() ? 'case_result' : 'case_next'));
    delete box.dataset.right;
    showBoard();
  }

  async function open() {
    cases = [];
    row = best = 0;
    next = null;
    end.hidden = true;
    await turn();
  }

  async function turn() {
    now = next || await deal();
    next = null;
    if (!now) {
      enter('closed');
      return;
    }
    image.src = now.picture;
    image.hidden = false;
    told.textContent = '';
    enter('judging');
    since = performance.now();
    box.focus({ preventScroll: true });
  }

  async function judge(real) {
    const one = { picture: now.picture, seconds: looking() };
    enter('busy');
    const answer = await ask('judge', { ticket: now.ticket, real });
    if (!answer) {
      enter('told');
      return;
    }
    const mine = answer.real === real, theirs = answer.real === answer.detective;
    cases.push({ ...one, real: answer.real, mine, theirs });
    row = mine ? row + 1 : 0;
    best = Math.max(best, row);
    told.textContent = sentences(
      say(mine ? 'case_right' : 'case_wrong'),
      say(answer.real ? 'case_was_real' : 'case_was_forged'),
      say(theirs ? 'case_also' : 'case_neither'),
    );
    enter('told');
    box.dataset.right = mine;
    go.focus({ preventScroll: true });
    if (!isLast()) next = await deal();
  }

  function caption(one) {
    const both = one.theirs ? '' : `\n${say('case_fooled_both')}`;
    return `${say(one.real ? 'room_real' : 'room_forged')}${both}`;
  }

  function winner(mine, theirs) {
    if (mine === theirs) return 'case_drawn';
    return mine > theirs ? 'case_won' : 'case_beaten';
  }

  function verdict() {
    const mine = count('mine'), theirs = count('theirs'), [heading, line, subheading, wall] = end.children;
    heading.textContent = say(winner(mine, theirs));
    const average = { right: mine, rounds: cases.length, seconds: (seconds() / cases.length).toFixed(1), streak: best };
    line.textContent = sentences(say('case_average', average), say('case_theirs', { right: theirs }));
    const fooled = cases.filter((one) => !one.mine).sort((a, b) => a.theirs - b.theirs);
    subheading.textContent = say(fooled.length ? 'case_fooled' : 'case_nothing');
    wall.replaceChildren(...fooled.map((one) => captioned(one.picture, caption(one))));
    image.hidden = true;
    told.textContent = '';
    end.hidden = false;
    enter('over');
    go.focus({ preventScroll: true });
  }

  function goOn() {
    if (isAt('closed', 'over')) return open();
    if (!isAt('told')) return null;
    return isLast() ? verdict() : turn();
  }

  function decide(real) {
    if (isAt('judging')) doing = doing.then(() => judge(real));
  }

  go.addEventListener('click', () => { doing = doing.then(goOn); });
  choice.addEventListener('click', (event) => {
    const says = event.target.closest('[data-says]')?.dataset.says;
    if (says) decide(says === 'real');
  });
  box.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    decide(event.key === 'ArrowLeft');
  });
  setInterval(() => {
    if (isAt('judging')) find('.time').textContent = (seconds() + looking()).toFixed(1);
  }, TICK);

  image.alt = say('case_picture');
  enter('closed');
  go.disabled = false;  // before, a click would have been lost
  box.dataset.ready = '';
}
