// One of many. props.options: [[value, name], ...], where a name is a text or one for each language; props.value: the chosen one;
// props.tab: the tab whose addresses may choose one.
import { language } from './dom.js';
import { followPart } from './tabs.js';

export function mount({ element, props, trigger, watch }) {
  const field = element.querySelector('select');
  const said = (name) => (typeof name === 'string' ? name : name[language]);

  function show() {
    const options = props.options || [];
    field.replaceChildren(...options.map(([value, name]) => new Option(said(name), value)));
    field.value = props.value;
    field.closest('label').hidden = !options.length;
  }

  field.addEventListener('change', () => {
    props.value = field.value;
    trigger('choose');
  });
  watch(['options', 'value'], show);
  show();
  if (!props.tab) return;
  followPart(props.tab, (part, setting) => {
    if (setting === props.value || !props.options.some(([value]) => value === setting)) return;
    props.value = setting;
    show();
    trigger('choose');
  });
}
