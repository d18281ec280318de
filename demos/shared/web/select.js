// One of many. props.options: [[value, name], ...], where a name is a text or one for each language; props.value: the chosen one.
import { language } from './dom.js';

export function mount({ element, props, trigger, watch }) {
  const field = element.querySelector('select'), code = element.querySelector('code');
  const said = (name) => (typeof name === 'string' ? name : name[language]);

  function show() {
    const options = props.options || [];
    field.replaceChildren(...options.map(([value, name]) => new Option(said(name), value)));
    field.value = props.value;
    if (code) code.textContent = props.value;
    field.closest('label').hidden = !options.length;
  }

  field.addEventListener('change', () => {
    props.value = field.value;
    if (code) code.textContent = field.value;
    trigger('choose');
  });
  watch(['options', 'value'], show);
  show();
}
