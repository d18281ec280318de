// The Sketch tab: tasks, a canvas with tools, and the picture that the model makes of the drawing while the pen moves.
// Events: `draw` { drawing, paper, look, seed, moving }, `bring` { file } and `look`, each about a `model`.
import { turns } from '../../shared/web/ask.js';
import { SIDE } from '../../shared/web/canvas.js';
import { button, complain, language, make, onceSeen, sayer, within } from '../../shared/web/dom.js';
import { uploads } from '../../shared/web/upload.js';
import { Desk } from './desk.js';
import { mountDrawer } from './drawer.js';
import { mountPaper } from './paper.js';

const PATIENCE = 8000;

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-sketch'), { find, all } = within(box);
  const say = sayer(props.labels), result = find('.zoo-result'), trouble = find('.zoo-trouble');
  const desk = new Desk(props.tasks);
  const known = {};  // what there is to show of each task, by its model
  const looked = new Set();  // the models that were asked for it
  // The least number of an answer that still counts: none that is about a drawing which has made way for another.
  let least = 0;

  const { want, last } = turns(component, {
    bring: { hear: brought, late: true },
    draw: { hear: drawn, late: true },
    look: { hear: looking, late: true },
  }, {
    box,
    patience: PATIENCE,
    about: () => ({ model: desk.task.name }),
    begin(kind, { model }) {
      result.toggleAttribute('data-busy', kind === 'draw');
      if (kind === 'look') looked.add(model);
    },
    rest: () => result.removeAttribute('data-busy'),
  });

  // Asks for the picture of the drawing as it is when its turn comes; what came before it is never sent.
  function send() {
    want('draw', () => ({ drawing: desk.drawing.picture(desk.task.size), ...desk.choices(), moving: paper.isDrawing() }));
  }

  function look() {
    if (!looked.has(desk.task.name)) want('look', { model: desk.task.name });
  }

  function changed() {
    paper.show();
    desk.keep();
    send();
  }

  function outdate() { least = last() + 1; }

  const paper = mountPaper(box, desk, { moved: send, changed });
  const drawer = mountDrawer(box, desk, say, paper, { cleared: outdate, changed });

  function drawn(answer) {
    if (answer.n < least) return;
    trouble.innerHTML = answer.trouble;
    reveal({ picture: '', cost: '', ...answer });
    if (answer.looks && (answer.looks.length || !answer.picture)) showLooks(answer.looks);
  }

  function reveal({ n, picture, cost, model }) {
    const image = find('.zoo-result img'), link = find('.zoo-save');
    image.hidden = link.hidden = !picture;
    image.src = link.href = picture;
    link.download = `${model}.png`;
    result.toggleAttribute('data-empty', !picture);
    result.dataset.n = n;
    find('.zoo-took').innerHTML = cost;
    const before = find('.zoo-result canvas').getContext('2d');
    before.fillStyle = '#fff';
    before.fillRect(0, 0, SIDE, SIDE);
    before.drawImage(paper.canvas, 0, 0);
    // For whoever goes on with the picture, such as a tab of styles.
    document.dispatchEvent(new CustomEvent('zoo-sketched', { detail: { picture, model } }));
  }

  // If the drawing leaves something open, the pictures to choose from: the best guess, and the proposals.
  function showLooks(looks) {
    find('.zoo-looks').hidden = !looks.length;
    find('.zoo-looks div').replaceChildren(...looks.map((src, look) => {
      const label = look ? say('look_proposal', { n: look }) : say('look_best');
      const pressed = String(look === desk.kept.look);
      return button(() => choose({ look }), { 'aria-label': label, 'aria-pressed': pressed }, make('img', { src, alt: '' }));
    }));
  }

  function choose(choice) {
    Object.assign(desk.kept, choice);
    desk.keep();
    send();
  }

  function brought(answer) {
    if (answer.n < least) return null;
    if (answer.trouble) trouble.innerHTML = answer.trouble;
    return answer.brought && lay(answer.brought);
  }

  async function lay({ source, original }) {
    const { drawing, mode } = desk;
    await drawing.read(source);
    drawing.add({ tool: 'picture', source, original, parted: mode === 'lines', crisp: mode === 'colours' });
    changed();
  }

  function looking(answer) {
    if (answer.trouble) trouble.innerHTML = answer.trouble;
    if (answer.tasks) offer(answer.tasks);
    if ('card' in answer) known[answer.model] = answer;
    showTask();
  }

  // Weights come and go while the page is open.
  function offer(tasks) {
    const names = (some) => some.map(({ name }) => name).join('/'), same = names(tasks) === names(desk.tasks);
    desk.tasks = tasks;
    if (same || !tasks.length) return;
    all('.zoo-tasks label').forEach((label) => label.remove());
    find('.zoo-tasks').append(...tasks.map(({ name, title }) => {
      const label = make('label', { innerHTML: `<input type="radio" name="sketch-task"> ${title}` });
      label.firstChild.value = name;
      return label;
    }));
  }

  function showTask() {
    const { task } = desk, { examples = [], card = '' } = known[task.name] || {};
    box.dataset.mode = task.mode === 'photo' ? 'photo' : 'drawing';
    for (const radio of all('.zoo-tasks input')) radio.checked = radio.value === task.name;
    find('.zoo-examples').hidden = !examples.length;
    find('.zoo-examples div').replaceChildren(...examples.map((example) => {
      const label = `${say('start_from')}: ${example.name[language]}`;
      return button(() => lay(example), { 'aria-label': label }, make('img', { src: example.source, alt: '' }));
    }));
    find('.zoo-about').innerHTML = card;
    find('.zoo-how').innerHTML = task.how;
    find('.zoo-paper-mode input').checked = desk.kept.paper;
    find('.zoo-paper-mode').hidden = task.proposes;
    if (!task.proposes) showLooks([]);
    drawer.show();
  }

  find('.zoo-tasks').addEventListener('change', (event) => {
    desk.kept.task = event.target.value;
    outdate();
    showTask();
    changed();
    look();
  });
  find('.zoo-paper-mode input').addEventListener('change', (event) => choose({ paper: event.target.checked }));
  find('.zoo-looks > button').addEventListener('click', () => choose({ look: desk.kept.look || 1, seed: desk.kept.seed + 1 }));
  find('.zoo-result input').addEventListener('input', (event) => result.style.setProperty('--split', `${event.target.value}%`));

  uploads({
    field: find('.zoo-file input'),
    drop: find('.zoo-paper'),
    paste: box,
    most: props.most,
    begin: () => complain(trouble, ''),
    refuse: () => complain(trouble, say('large_file_here')),
    hand: (file) => want('bring', { file }),
  });

  // On a phone the tools stay in view, which they can't in what scrolls: Gradio's frame would, and no style reaches it.
  element.closest('.gradio-container').style.overflow = 'clip';
  find('.zoo-paper canvas').setAttribute('aria-label', say('canvas_label'));
  find('.zoo-result input').setAttribute('aria-label', say('compare'));
  find('.zoo-result img').alt = say('result_label');

  (async () => {
    await desk.restore();
    showTask();
    paper.show();
    onceSeen(box, () => { send(); look(); });
    box.dataset.ready = '';
  })();
}
