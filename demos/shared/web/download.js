// A link that saves a file. props.value: [name, URL], or nothing; props.text: what the link says.
import { language } from './dom.js';

export function mount({ element, props, watch }) {
  const link = element.querySelector('a');

  function show() {
    link.hidden = !props.value;
    if (props.value) [link.download, link.href] = props.value;
  }

  link.textContent = props.text[language];
  watch('value', show);
  show();
}
