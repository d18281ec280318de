// The Sketch tab: tasks, a canvas with tools, and the picture that the model makes of the drawing while the pen moves.
// Events: `draw` { drawing, paper, look, seed, moving }, `bring` { file } and `look`, each about a `model`.
import { turns } from '../../shared/web/ask.js';
import { SIDE, asPng } from '../../../gan_zoo/browser/web/canvas.js';
import { copy } from '../../shared/web/copy.js';
import { deviceOf } from '../../shared/web/device.js';
import { button, complain, language, make, onceSeen, sayer, within } from '../../shared/web/dom.js';
import { followPart } from '../../shared/web/tabs.js';
import { uploads } from '../../shared/web/upload.js';
import { Desk } from './desk.js';
import { mountDrawer } from './drawer.js';
import { mountGlobe } from './globe.js';
import { read, written } from './letter.js';
import { mountPaper } from './paper.js';
import { painterOn } from './painter.js';

const PATIENCE = 8000;
// So often the examples are asked for once more: a network that is read for the first time may take longer than patience.
const MORE = 3;

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-sketch'), { find, all } = within(box);
  const say = sayer(props.labels), result = find('.zoo-result'), trouble = find('.zoo-trouble');
  const desk = new Desk(props.tasks), globe = mountGlobe(find('.zoo-globe'));
  const known = {};  // what there is to show of each task, by its model
  const looked = new Set();  // the models that were asked for it
  // The least number of an answer that still counts: none that is about a drawing which has made way for another.
  let least = 0;
  let isRefused = false;  // whether the last answer refused its drawing
  let again = 0;  // how often the examples were asked for once more
  let given = null;  // the pixels that the picture is asked for
  const device = deviceOf(find('.zoo-place'), props.places, () => send()), painter = painterOn(device, say);

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
    here: (kind, request) => (kind === 'draw' ? painter.paint(given, request, desk.task) : null),
    lost(kind) {
      device.lost();
      if (kind !== 'look' || (again += 1) > MORE) return;
      looked.delete(desk.task.name);
      look();
    },
  });

  // Asks for the picture of the drawing as it is when its turn comes; what came before it is never sent.
  function send() {
    want('draw', () => {
      given = desk.drawing.pixels(desk.task.size);
      return { drawing: asPng(given), ...desk.choices(), moving: paper.isDrawing() };
    });
  }

  function look() {
    if (!looked.has(desk.task.name)) want('look', { model: desk.task.name });
  }

  function changed() {
    complain(trouble, '');
    paper.show();
    desk.keep();
    send();
  }

  function outdate() { least = last() + 1; }

  const paper = mountPaper(box, desk, { moved: send, changed });
  const drawer = mountDrawer(box, desk, say, paper, { cleared: outdate, changed });

  function drawn(answer) {
    painter.heard(answer);
    if (answer.n < least) return;
    // An answer takes back only what an answer has said: a note about a link or a file stays until the drawing changes.
    if (answer.trouble || isRefused) trouble.innerHTML = answer.trouble;
    isRefused = Boolean(answer.trouble);
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
    find('.zoo-letter').hidden = true;
    find('.zoo-took').innerHTML = cost;
    const before = find('.zoo-result canvas').getContext('2d');
    before.fillStyle = desk.drawing.ground;
    before.fillRect(0, 0, SIDE, SIDE);
    before.drawImage(paper.canvas, 0, 0);
    showGlobe();
    // For whoever goes on with the picture, such as a tab of styles.
    document.dispatchEvent(new CustomEvent('zoo-sketched', { detail: { picture, model } }));
  }

  // A planet's picture goes round a globe.
  async function showGlobe() {
    const image = find('.zoo-result img'), shown = desk.task.globe && !image.hidden;
    if (shown) await image.decode().catch(() => {});
    globe.show(shown && image.naturalWidth ? image : null);
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
    drawing.add({ tool: 'picture', source, original, parted: mode === 'lines', crisp: mode === 'colours' || drawing.flat });
    changed();
  }

  // Small pictures of the drawings to start from, painted once, on one sheet after the other.
  function pictured({ model, drawings }) {
    const { mode } = desk.tasks.find(({ name }) => name === model) || desk.task, sheet = desk.blank(mode);
    return drawings.map((drawing) => ({ ...drawing, source: sheet.of(drawing.steps) }));
  }

  function looking(answer) {
    if (answer.trouble) trouble.innerHTML = answer.trouble;
    if (answer.tasks) offer(answer.tasks);
    if ('card' in answer) known[answer.model] = { ...answer, drawings: pictured(answer) };
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

  // Pictures to start from, each with the name of what it shows.
  function offerStarts(css, label, starts, start) {
    find(css).hidden = !starts.length;
    find(`${css} div`).replaceChildren(...starts.map((one) => {
      const image = make('img', { src: one.source, alt: '' });
      return button(() => start(one), { 'aria-label': `${say(label)}: ${one.name[language]}` }, image);
    }));
  }

  // Draws somebody's drawing on a clean sheet, stroke by stroke, so that it can be taken back stroke by stroke.
  function redraw({ steps }) {
    const { drawing } = desk;
    outdate();
    if (drawing.done.length) drawing.add({ tool: 'clear' });
    for (const step of steps) drawing.add(step);
    changed();
  }

  function showTask() {
    const { task } = desk, { examples = [], drawings = [], card = '' } = known[task.name] || {};
    box.dataset.mode = task.mode === 'photo' ? 'photo' : 'drawing';
    box.toggleAttribute('data-labels', task.mode === 'labels');
    box.toggleAttribute('data-named', Object.keys(task.brushes).length > 0);
    for (const radio of all('.zoo-tasks input')) radio.checked = radio.value === task.name;
    offerStarts('.zoo-pairs', 'start_from', examples, lay);
    offerStarts('.zoo-drawings', 'go_on_from', drawings, redraw);
    find('.zoo-about').innerHTML = card;
    find('.zoo-how').innerHTML = task.how;
    find('.zoo-paper-mode input').checked = desk.kept.paper;
    find('.zoo-paper-mode').hidden = task.proposes;
    if (!task.proposes) showLooks([]);
    if (!task.globe) globe.show(null);
    device.use(task.device);
    drawer.show();
  }

  function setTask(name) {
    desk.kept.task = name;
    outdate();
    showTask();
    changed();
    look();
  }

  // A link may name a task, by its model, and carry a drawing.
  async function follow(asked, letter) {
    if (!desk.tasks.some(({ name }) => name === asked)) return;
    setTask(asked);
    if (!letter) return;
    history.replaceState(null, '', `#sketch/${asked}`);  // else the drawing would come again with each reload
    const steps = await read(letter);
    if (steps.length) redraw({ steps });
    else complain(trouble, say('link_spoilt'));
  }

  // Copies a link that carries the drawing, and shows it.
  async function link() {
    const word = await written(desk.drawing.done), field = find('.zoo-letter input');
    find('.zoo-letter').hidden = !word;
    complain(trouble, word ? '' : say('link_not'));
    if (!word) return;
    field.value = `${location.origin}${location.pathname}#sketch/${desk.task.name}/${word}`;
    const isCopied = await copy(field.value);
    find('.zoo-letter span').textContent = say(isCopied ? 'link_here' : 'link_by_hand');
    field.select();
  }

  find('.zoo-tasks').addEventListener('change', (event) => setTask(event.target.value));
  find('.zoo-paper-mode input').addEventListener('change', (event) => choose({ paper: event.target.checked }));
  find('[data-link]').addEventListener('click', link);
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
    followPart('sketch', follow);
    box.dataset.ready = '';
  })();
}
