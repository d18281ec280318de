// A wall of pictures cut from one sprite. props.value is [[seed, index], ...] in the order of picking.
import { make, sayer } from '../../shared/web/dom.js';

const PATIENCE = 20_000;

export function mount({ element, props, trigger, watch }) {
  const wall = element.querySelector('.zoo-wall'), say = sayer(props.labels), { columns } = props;
  let tiles = [], clock = 0;

  const isPick = (index) => (pick) => pick[0] === props.seed && pick[1] === index;

  function build() {
    wall.style.setProperty('--columns', columns);
    tiles = Array.from({ length: props.count }, (_, index) => (
      make('button', { type: 'button', className: 'zoo-tile', 'data-index': index }, make('span', { className: 'zoo-badge' }))
    ));
    wall.replaceChildren(...tiles);
    stand(0);
  }

  // The wall is one stop of the Tab key; the arrow keys go from picture to picture.
  function stand(index) {
    tiles.forEach((tile, i) => { tile.tabIndex = i === index ? 0 : -1; });
  }

  function draw() {
    if (tiles.length !== props.count) build();
    const rows = Math.ceil(props.count / columns), share = (at, of) => `${at / (of - 1 || 1) * 100}%`;
    wall.style.setProperty('--sprite', `url("${props.sprite}")`);
    wall.dataset.seed = props.seed;
    wall.removeAttribute('aria-busy');
    tiles.forEach((tile, index) => {
      tile.style.backgroundPosition = `${share(index % columns, columns)} ${share(Math.floor(index / columns), rows)}`;
      tile.style.backgroundSize = `${columns * 100}% ${rows * 100}%`;
    });
    mark();
  }

  function opinion(index) {
    const [logit, rank] = (props.opinions || [])[index] || [];
    const said = logit !== undefined && { logit: logit.toFixed(2), share: `${Math.round(rank * 100)}%` };
    return { rank: rank || 0, said: said ? say('opinion_label', said) : '' };
  }

  function mark() {
    const picks = props.value || [];
    tiles.forEach((tile, index) => {
      const place = picks.findIndex(isPick(index)) + 1, { rank, said } = opinion(index);
      tile.setAttribute('aria-pressed', place > 0);
      tile.title = said;
      tile.classList.toggle('zoo-framed', said !== '');
      tile.style.setProperty('--rank', `${rank * 100}%`);
      const name = `${say('tile_label')} ${index + 1}${place ? ` (${place})` : ''}`;
      tile.setAttribute('aria-label', said ? `${name}. ${said}` : name);
      tile.firstChild.textContent = place || '';
    });
  }

  wall.addEventListener('click', (event) => {
    const tile = event.target.closest('.zoo-tile');
    if (!tile) return;
    const index = Number(tile.dataset.index);
    stand(index);
    const picks = props.suggestion ? [] : [...props.value || []];
    props.suggestion = false;
    const place = picks.findIndex(isPick(index));
    if (place >= 0) picks.splice(place, 1);
    else picks.push([props.seed, index]);
    props.value = picks;
    mark();
    trigger('pick');
  });

  wall.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const at = tiles.indexOf(document.activeElement) + step, next = step && tiles[at];
    if (!next) return;
    stand(at);
    next.focus();
    event.preventDefault();
  });

  wall.setAttribute('aria-label', say('wall_label'));
  // A model is at work. Where it draws nothing, the wall says so no longer than a visitor would believe it.
  function wait() {
    wall.setAttribute('aria-busy', 'true');
    clearTimeout(clock);
    clock = setTimeout(() => wall.removeAttribute('aria-busy'), PATIENCE);
  }

  document.addEventListener('zoo-model', wait);
  watch(['sprite', 'seed', 'count'], draw);
  watch(['value', 'opinions'], mark);
  if (props.count) draw();
  else wait();
}
