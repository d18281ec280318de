// Sliders from -props.reach to props.reach. props.value: the list of their positions; props.captions: { name, does } for each
// slider that there is, each of them a text for each language.
import { language, make } from './dom.js';

export function mount({ element, props, trigger, watch }) {
  const box = element.querySelector('.zoo-sliders');

  function slider(i) {
    const range = make('input', { type: 'range', min: -props.reach, max: props.reach, step: 0.05 });
    range.addEventListener('input', () => {
      props.value = props.value.map((value, k) => (k === i ? Number(range.value) : value));
      trigger('slide');
    });
    return make('label', {}, make('span'), range, make('small'));
  }

  function show() {
    const rows = props.captions || [];
    if (box.children.length !== rows.length) box.replaceChildren(...rows.map((_, i) => slider(i)));
    rows.forEach((row, i) => {
      const [name, range, does] = box.children[i].children;
      name.textContent = row.name[language];
      does.textContent = row.does[language];
      if (document.activeElement !== range || !props.value[i]) range.value = props.value[i];
    });
  }

  watch(['captions', 'value'], show);
  show();
}
