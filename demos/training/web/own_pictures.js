// The pictures of a set. A list of many is one stop for the keyboard: the arrows go on in it, and Enter deletes.
import { button, make } from '../../shared/web/dom.js';

// remove(id): a picture is to go.
export function mountPictures(list, say, remove) {
  const buttons = () => [...list.querySelectorAll('button')];

  function add({ id, thumb }) {
    const n = list.children.length + 1;
    const made = button(() => remove(id), { ariaLabel: say('own_remove', { n }), title: say('own_remove', { n }) });
    made.append(make('img', { src: thumb, alt: '' }));
    made.dataset.picture = id;
    made.tabIndex = n === 1 ? 0 : -1;
    list.append(make('li', {}, made));
  }

  // A picture has gone: the next one has the focus.
  function drop(id) {
    const all = buttons(), i = all.findIndex(({ dataset }) => dataset.picture === id);
    if (i < 0) return;
    const next = all[i + 1] || all[i - 1], hadFocus = all[i] === document.activeElement;
    all[i].parentElement.remove();
    if (!next) return;
    next.tabIndex = 0;
    if (hadFocus) next.focus();
  }

  function show(pictures) {
    list.replaceChildren();
    pictures.forEach(add);
  }

  list.addEventListener('keydown', (event) => {
    const all = buttons(), i = all.indexOf(document.activeElement);
    const columns = all.filter((one) => one.offsetTop === all[0].offsetTop).length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const next = event.key === 'Home' ? all[0] : event.key === 'End' ? all.at(-1) : all[i + steps[event.key]];
    if (i < 0 || !next) return;
    event.preventDefault();
    all[i].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  return { add, drop, show, count: () => list.children.length };
}
