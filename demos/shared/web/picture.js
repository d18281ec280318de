// A picture. props.value: its URL; props.text: what it shows, for those who don't see it; props.event: what the page is told when
// it has changed.
import { language } from './dom.js';

export function mount({ element, props, watch }) {
  const image = element.querySelector('img');

  function show() {
    image.hidden = !props.value;
    if (props.value) image.src = props.value;
  }

  image.alt = props.text[language];
  watch('value', () => {
    show();
    if (props.event) document.dispatchEvent(new Event(props.event));
  });
  show();
}
