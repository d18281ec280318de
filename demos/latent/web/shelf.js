// The favourites of a visitor: [{ query, picture, name }, ...] in localStorage. props.value: the query of the one that was clicked.
// A state is the list model, class, truncation, picks, route, position, seed.
import { copy } from '../../shared/web/copy.js';
import { button, make, sayer } from '../../shared/web/dom.js';
import * as storage from '../../shared/web/storage.js';

const PLACE = 'gan-zoo-kept', MOST = 60;

function queryOf([model, label, truncation, picks, route, position, seed]) {
  const places = (picks || []).map((pick) => pick.join('.')).join();
  const state = { model, ...(label ? { label } : {}), seed, truncation, picks: places, route, at: position };
  return `?${new URLSearchParams(state).toString().replaceAll('%2C', ',')}`;
}

// Makes the state the address of the page, copies it, and gives it.
export function share(...state) {
  const address = location.origin + location.pathname + queryOf(state);
  history.replaceState(history.state, '', address);
  copy(address);  // where that is refused, the field shows it
  return address;
}

// Puts a state with its picture on the shelf.
export function keep(...values) {
  const picture = values.pop();
  if (!picture) return;
  const one = { query: queryOf(values), picture, name: [values[0], values[1]].filter(Boolean).join(' ') };
  document.dispatchEvent(new CustomEvent('zoo-keep', { detail: one }));
}

export function mount({ element, props, trigger }) {
  const shelf = element.querySelector('.zoo-shelf'), row = element.querySelector('.zoo-kept'), say = sayer(props.labels);
  const found = storage.recall('localStorage', PLACE);
  const isWhole = (one) => one && typeof one.query === 'string' && /^data:image\//.test(one.picture);
  let kept = (Array.isArray(found) ? found : []).filter(isWhole);

  function put(list) {
    kept = list.slice(0, MOST);
    storage.keep('localStorage', PLACE, kept);
    show();
  }

  function open(one) {
    props.value = one.query;
    trigger('open');
    document.querySelector('.zoo-wall').scrollIntoView({ block: 'center' });
  }

  function show() {
    shelf.hidden = !kept.length;
    row.replaceChildren(...kept.map((one) => {
      const picture = make('img', { src: one.picture, alt: `${say('open_kept')} ${one.name}` });
      const drop = { className: 'zoo-drop', 'aria-label': `${say('drop_kept')} ${one.name}` };
      return make(
        'div', {},
        button(() => open(one), { className: 'zoo-open' }, picture),
        button(() => put(kept.filter((other) => other !== one)), drop, '×'),
      );
    }));
  }

  document.addEventListener('zoo-keep', ({ detail }) => put([detail, ...kept.filter((other) => other.query !== detail.query)]));
  show();
}
