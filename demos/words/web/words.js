// The Words tab: a sentence is drawn while it is typed, stage by stage, and the way from it to another one.
// Events: `draw` { sentence, seed }, `mix` { sentence, other } and `look`, each about a `model`.
import { turns } from '../../shared/web/ask.js';
import { button, complain, language, loaded, make, onceSeen, sayer, within } from '../../shared/web/dom.js';

const PATIENCE = 30_000;
// A sentence is drawn when so many milliseconds have passed without another letter.
const PAUSE = 250;
const MOST_STAGES = 3;
// A training picture that is less likely is none that the sentence means.
const LEAST = 0.01;

// The drawn sheet: a tile has the stages of a picture side by side, each enlarged to the last one's size.
function paint(canvas, picture, column, row, side) {
  Object.assign(canvas, { width: side, height: side });
  const pen = canvas.getContext('2d');
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, column * side, row * side, side, side, 0, 0, side, side);
}

// A sentence: its field, and the places where words that are not known, what is wrong and what it cost are told.
function mountSentence(box, name, place, typed) {
  const { find, all } = within(box), field = find(`[name=${name}]`);
  const strange = all('.zoo-words-strange')[place], trouble = all('.zoo-trouble')[place], said = all('.zoo-words-said')[place];
  field.addEventListener('input', () => typed(PAUSE));
  field.closest('form').addEventListener('submit', (event) => {
    event.preventDefault();
    typed(0);
  });

  return {
    field,
    trouble,
    put(text) {
      field.value = text;
      typed(0);
    },
    tell(answer, say) {
      trouble.innerHTML = answer.trouble || answer.unknown || '';
      said.innerHTML = answer.said || '';
      // A click puts what may be meant into the sentence.
      strange.replaceChildren(...(answer.strange || []).map(([word, near, known]) => make(
        'p', {}, say(known ? 'words_slip' : near.length ? 'words_strange_near' : 'words_strange', { word, known }), ' ',
        ...near.map((one) => button(() => this.put(field.value.replace(word, one)), {}, one)),
      )), ...(answer.faint || []).map((word) => make('p', { textContent: say('words_faint', { word }) })));
    },
  };
}

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-words'), { find, all } = within(box);
  const say = sayer(props.labels), range = find('.zoo-words-way input'), stand = find('.zoo-words-way canvas');
  const examples = props.examples[language] || props.examples.en;
  let seed = 1, chosen = 0, sheet = null, strip = null, size = 128, stages = MOST_STAGES, typing = 0;

  const { want } = turns(component, {
    draw: { hear: drawn, late: true },
    mix: { hear: mixed, late: true },
    look: { hear: ({ about }) => { if (about) find('.zoo-about').innerHTML = about; } },
  }, {
    box,
    patience: PATIENCE,
    about: () => ({
      model: find('[name=words-model]:checked').value,
      sentence: sentence.field.value,
      other: other.field.value,
      seed,
    }),
    lost: () => complain(sentence.trouble, say('words_lost')),
  });

  // The way to the other sentence follows.
  function ask(isOther, wait) {
    clearTimeout(typing);
    typing = setTimeout(() => {
      if (!isOther) {
        chosen = 0;
        want('draw');
      }
      want('mix');
    }, wait);
  }

  const sentence = mountSentence(box, 'sentence', 0, (wait) => ask(false, wait));
  const other = mountSentence(box, 'other', 1, (wait) => ask(true, wait));

  async function drawn(answer) {
    sentence.tell(answer, say);
    box.toggleAttribute('data-wrong', !answer.sheet);
    if (answer.sheet) {
      ({ size, stages } = answer);
      sheet = await loaded(answer.sheet);
      showNeighbours(answer.near);
    }
    show();
  }

  async function mixed(answer) {
    other.tell(answer, say);
    if (answer.strip) strip = await loaded(answer.strip);
    show();
  }

  function show() {
    if (sheet) showSheet();
    if (strip) showStrip();
    const [from, to] = all('.zoo-words-ends span');
    [from.textContent, to.textContent] = [sentence.field.value, other.field.value];
  }

  function showSheet() {
    all('.zoo-words-stages canvas').forEach((canvas, i) => {
      canvas.closest('figure').hidden = i >= stages;
      if (i < stages) paint(canvas, sheet, i, chosen, size);
    });
    all('.zoo-words-samples button').forEach((sample, i) => {
      sample.setAttribute('aria-pressed', i === chosen);
      paint(sample.firstChild, sheet, stages - 1, i, size);
    });
  }

  function showStrip() {
    const at = Number(range.value);
    all('.zoo-words-strip canvas').forEach((canvas, i) => {
      canvas.toggleAttribute('data-here', i === at);
      paint(canvas, strip, i, 0, size);
    });
    paint(stand, strip, at, 0, size);
    Object.assign(stand, { role: 'img', ariaLabel: say('words_step', { n: at + 1, of: props.steps }) });
  }

  function showNeighbours(near) {
    const likely = near.filter(({ alike }, i) => i === 0 || alike >= LEAST);
    find('.zoo-words-near').replaceChildren(...likely.map(({ picture, captions, alike }) => make(
      'figure', {},
      make('img', { src: picture, alt: '' }),
      make(
        'figcaption', {}, (captions[language] ?? captions.en) || make('i', { textContent: say('words_nameless') }),
        make('small', { textContent: say('words_like', { n: Math.round(100 * alike) }) }),
      ),
    )));
  }

  function stage(i) {
    const caption = make('figcaption', { textContent: say('words_stage', { n: i + 1, size: 32 << i }) });
    return make('figure', {}, make('canvas'), caption);
  }

  function sample(i) {
    const choose = () => {
      chosen = i;
      show();
    };
    return button(choose, { 'aria-label': say('words_sample', { n: i + 1 }) }, make('canvas'));
  }

  const times = (count, part) => Array.from({ length: count }, (_, i) => part(i));
  find('.zoo-words-chips').append(...examples.map((text) => button(() => sentence.put(text), {}, text)));
  find('.zoo-words-stages').append(...times(MOST_STAGES, stage));
  find('.zoo-words-samples').append(...times(props.samples, sample));
  find('.zoo-words-strip').append(...times(props.steps, () => make('canvas')));
  for (const one of all('[name=words-model]')) {
    one.addEventListener('change', () => {
      ask(false, 0);
      want('look');
    });
  }
  find('[data-do=again]').addEventListener('click', () => {
    seed += 1;
    ask(false, 0);
  });
  range.max = props.steps - 1;
  range.value = Math.round((props.steps - 1) / 2);
  range.addEventListener('input', show);
  sentence.field.maxLength = other.field.maxLength = props.most;
  [sentence.field.value, other.field.value] = [examples[0], examples[4]];
  onceSeen(box, () => {
    ask(false, 0);
    want('look');
  });
}
