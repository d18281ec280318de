// The Refine tab: ten digits of fonts, what a model makes of them, and the real digits that are most like them.
// Event: `refine` { seed } about a `model`.
import { asker } from '../../shared/web/ask.js';
import { make, onceSeen, sayer, within } from '../../shared/web/dom.js';

const PATIENCE = 8000, SEEDS = 2 ** 31, ROWS = ['typed', 'refined', 'real'];

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-refine'), { find } = within(box);
  const say = sayer(props.labels), ask = asker(component, PATIENCE), another = find('button');
  let newest = 0;

  async function refine() {
    delete box.dataset.settled;
    another.disabled = true;
    // An answer that comes when patience is over is heard all the same, unless ten others have been asked for.
    const question = ask('refine', { model: props.model, seed: Math.floor(Math.random() * SEEDS) }, (answer) => {
      if (answer.n === newest) show(answer);
    });
    box.dataset.asked = newest = question.n;
    await question;
    another.disabled = false;
    box.dataset.settled = '';
  }

  function show(answer) {
    find('.zoo-trouble').innerHTML = answer.trouble;
    if (!answer.rows) return;
    ROWS.forEach((name, row) => {
      find(`[data-row=${name}]`).replaceChildren(...(answer.rows[row] || []).map((src, digit) => {
        const font = name === 'typed' ? { title: answer.fonts[digit] } : {};
        return make('img', { src, alt: say(`refine_alt_${name}`, { n: digit }), ...font });
      }));
    });
    find('.zoo-took').innerHTML = answer.cost;
  }

  another.addEventListener('click', refine);
  onceSeen(box, refine);
}
