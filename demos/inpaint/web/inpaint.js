// The Inpainting tab: a board with a brush, and what the model puts where it was while the hand moves.
// Events: `fill` { sample or picture, mask, moving, seed }, `bring` { file } and `look`, each about a `model`.
import { turns } from '../../shared/web/ask.js';
import { button, complain, make, onceSeen, sayer, within } from '../../shared/web/dom.js';
import { uploads } from '../../shared/web/upload.js';
import { Board } from './board.js';

const PATIENCE = 8000;

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-inpaint'), { find, all } = within(box);
  const say = sayer(props.labels), result = find('.zoo-inpaint-result'), trouble = find('.zoo-trouble');
  const known = {};  // what there is to show of each model
  // The picture to brush on, as in requests: one of the samples, or an upload.
  let model = props.models[0], subject = null, seed = 0, shown = 0;

  const { want, last } = turns(component, {
    bring: { hear: brought, late: true },
    look: { hear: looked, late: true },
    fill: { hear: filled, late: true },
  }, {
    box,
    patience: PATIENCE,
    about: () => ({ model: model.name }),
    lost(kind) { if (kind === 'look' && !known[model.name]) want('look'); },
  });

  // Asks for what belongs in the hole as it is when its turn comes; what came before it is never sent.
  function send() {
    want('fill', () => subject && { ...subject, mask: board.mask(model.size), moving: board.isDrawing, seed });
  }

  const board = new Board(find('.zoo-inpaint-board canvas'), {
    width: () => Number(find('[type=range]').value) / 100,
    isOpen: () => subject !== null,
    changed() {
      showTools();
      send();
    },
  });

  function showTools() {
    for (const name of ['undo', 'clear']) find(`[data-do=${name}]`).disabled = !board.strokes.length;
  }

  function looked(answer) {
    trouble.innerHTML = answer.trouble;
    known[answer.model] = { samples: [], card: '', ...answer };
    if (answer.model === model.name) showModel();
  }

  function brought(answer) {
    if (answer.trouble) trouble.innerHTML = answer.trouble;
    if (answer.brought && answer.model === model.name) take(answer.brought, { picture: answer.brought });
  }

  // Older answers never take the place of newer ones.
  function filled(answer) {
    if (answer.n <= shown || answer.model !== model.name) return;
    trouble.innerHTML = answer.trouble;
    if ('best' in answer) reveal(answer);
  }

  // One picture of a row: a click shows it large.
  function tile({ name, picture }) {
    return button(() => enlarge(picture), {}, make('img', { src: picture, alt: '' }), make('span', { innerHTML: name }));
  }

  // How close a picture of a row is to the original, which itself has no such number.
  function number({ name, psnr }) {
    return psnr === null ? '' : make('div', {}, make('dt', { innerHTML: name }), make('dd', {}, `${psnr.toFixed(1)} dB`));
  }

  function enlarge(picture) {
    const image = result.querySelector('img'), link = find('.zoo-save');
    image.hidden = link.hidden = !picture;
    image.src = link.href = picture;
    link.download = `${model.name}.png`;
    result.toggleAttribute('data-empty', !picture);
  }

  function reveal({ n, best, cost, rest }) {
    shown = n;
    enlarge(best);
    find('.zoo-took').innerHTML = cost;
    if (best && !rest) return;  // the hand still moves: the rows stay as they were
    find('.zoo-inpaint-share').innerHTML = rest ? rest.share : '';
    for (const row of all('[data-row]')) row.hidden = !rest;
    if (!rest) return;
    const drawn = [
      { name: say('inpaint_best'), ...rest.best },
      ...rest.proposals.map((proposal, i) => ({ name: say('inpaint_proposal', { n: 'ABC'[i] }), ...proposal })),
    ];
    find('[data-row=proposals] div').replaceChildren(...drawn.map(tile));
    find('[data-row=others] div').replaceChildren(...rest.others.map(tile));
    find('[data-row=numbers] dl').replaceChildren(...[...drawn, ...rest.others].map(number));
  }

  // A picture comes on the board, without a hole.
  function take(source, request) {
    subject = request;
    find('.zoo-inpaint-board img').src = source;
    board.strokes = [];
    board.show();
    showTools();
    for (const row of all('[data-row]')) row.hidden = true;
    enlarge('');
    find('.zoo-took').innerHTML = find('.zoo-inpaint-share').innerHTML = '';
    shown = last();
    for (const one of all('.zoo-inpaint-samples button')) {
      one.setAttribute('aria-pressed', one.value === String(request.sample));
    }
  }

  function showModel() {
    const { samples, card } = known[model.name];
    find('.zoo-inpaint-samples').hidden = !samples.length;
    find('.zoo-inpaint-samples div').replaceChildren(...samples.map((source, i) => {
      const fields = { value: i, 'aria-label': say('inpaint_sample', { n: i + 1 }) };
      return button(() => take(source, { sample: i }), fields, make('img', { src: source, alt: '' }));
    }));
    find('.zoo-about').innerHTML = card;
    if (samples.length) {
      take(samples[0], { sample: 0 });
      board.brushAtRandom();
    } else {
      subject = null;
      find('.zoo-inpaint-board img').removeAttribute('src');
    }
  }

  const actions = {
    undo: () => board.undo(),
    clear: () => board.clear(),
    random: () => board.brushAtRandom(),
    more: () => { seed += 1; send(); },
  };
  box.addEventListener('click', (event) => {
    const act = actions[event.target.closest('[data-do]')?.dataset.do];
    if (subject && !board.isDrawing) act?.();
  });
  board.canvas.addEventListener('keydown', (event) => {
    const undoing = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
    if (board.isDrawing || (!undoing && event.key !== 'Delete')) return;
    event.preventDefault();
    actions[undoing ? 'undo' : 'clear']();
  });
  box.addEventListener('change', (event) => {
    if (event.target.name !== 'inpaint-model') return;
    model = props.models.find(({ name }) => name === event.target.value);
    subject = null;
    if (known[model.name]) showModel();
    else want('look');
  });

  uploads({
    field: find('[type=file]'),
    drop: board.canvas,
    most: props.most,
    begin: () => complain(trouble, ''),
    refuse: () => complain(trouble, say('large_file_here')),
    hand: (file) => want('bring', { file }),
  });

  board.canvas.setAttribute('aria-label', say('inpaint_canvas'));
  result.querySelector('img').alt = say('inpaint_result');
  find('[name=inpaint-model]').checked = true;
  onceSeen(box, () => want('look'));
  box.dataset.ready = '';
}
