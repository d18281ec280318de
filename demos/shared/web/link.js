// An address to be copied. props.value: the address.
import { sayer } from './dom.js';

export function mount({ element, props, watch }) {
  const box = element.querySelector('.zoo-link'), field = box.querySelector('input'), copy = box.querySelector('button');
  const say = sayer(props.labels);
  watch('value', () => {
    field.value = props.value;
    box.hidden = !props.value;
    copy.textContent = say('copy');
  });
  field.addEventListener('focus', () => field.select());
  copy.addEventListener('click', async () => {
    field.select();
    // Without a secure address browsers have no clipboard for scripts: the older way still works.
    await (navigator.clipboard?.writeText(field.value) ?? Promise.reject()).catch(() => document.execCommand('copy'));
    copy.textContent = say('copied');
  });
}
