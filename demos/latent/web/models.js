// The models to choose from: pictures, and the list of their names; above them a walk through the latents of the chosen one.
// props.options: [[value, name], ...]; props.parts: the two parts of each name, which are what the pictures show and the kind of
// network; props.drawn: the values that have a picture; props.value: the chosen one.
import { button, language, make, sayer, within } from '../../shared/web/dom.js';
import { mount as mountList } from '../../shared/web/select.js';

const TOUCHES = ['pointerdown', 'keydown', 'wheel'];

export function mount({ element, props, trigger, watch }) {
  const { find, all } = within(element), say = sayer(props.labels);
  const list = find('select'), row = find('.zoo-models'), figure = find('.zoo-stroll');
  const film = find('img', figure), player = find('button', figure);
  const address = (kind) => new URL(`latent/${kind}/${encodeURIComponent(props.value)}`, document.baseURI).href;
  let walking = !matchMedia('(prefers-reduced-motion: reduce)').matches;

  function play() {
    const wanted = address(walking ? 'strolls' : 'starts');
    figure.dataset.walking = walking;
    player.textContent = walking ? '❚❚' : '▶';
    player.setAttribute('aria-label', say(walking ? 'stroll_pause' : 'stroll_play'));
    if (film.src !== wanted) film.src = wanted;
  }

  function tile([value, name]) {
    const said = typeof name === 'string' ? name : name[language], [subject, network] = props.parts[value];
    const picture = props.drawn.includes(value)
      ? make('img', { src: new URL(`latent/portraits/${encodeURIComponent(value)}`, document.baseURI).href, alt: '' })
      : make('i');
    const tile = button(() => choose(value), { title: said }, picture, make('b', {}, subject[language]), make('small', {}, network[language]));
    tile.dataset.model = value;
    return tile;
  }

  // The list chooses; a picture only stands for one of its names.
  function choose(value) {
    if (value === props.value) return;
    list.value = value;
    list.dispatchEvent(new Event('change'));
  }

  function show() {
    const options = props.options || [], known = all('[data-model]', row).map((part) => part.dataset.model).join();
    if (known !== options.map(([value]) => value).join()) row.replaceChildren(...options.map(tile));
    for (const part of row.children) part.setAttribute('aria-pressed', part.dataset.model === props.value);
    play();
  }

  // Whoever does something on the page has seen that it moves; the walk must not compete with what is done.
  function rest() {
    TOUCHES.forEach((touch) => document.removeEventListener(touch, rest, true));
    if (!walking) return;
    walking = false;
    play();
  }

  // A tool may offer models that can more.
  document.addEventListener('click', (event) => {
    const { model } = event.target.closest('[data-offered] [data-model]')?.dataset || {};
    if (model) choose(model);
  });
  player.addEventListener('click', () => {
    walking = !walking;
    play();
  });
  player.addEventListener('pointerdown', (event) => event.stopPropagation());
  film.alt = say('stroll_label');
  film.addEventListener('error', () => { figure.hidden = true; });
  film.addEventListener('load', () => { figure.hidden = false; });
  row.setAttribute('aria-label', say('choose_model'));
  if (walking) TOUCHES.forEach((touch) => document.addEventListener(touch, rest, { capture: true, passive: true }));
  const chosen = (event) => {
    show();
    trigger(event);
    document.dispatchEvent(new CustomEvent('zoo-model'));
  };
  mountList({ element, props, trigger: chosen, watch });
  watch(['options', 'value', 'drawn', 'parts'], show);
  show();
}
