// An address to be copied. props.value: the address.
import { copy } from './copy.js';
import { sayer } from './dom.js';

export function mount({ element, props, watch }) {
  const box = element.querySelector('.zoo-link'), field = box.querySelector('input'), button = box.querySelector('button');
  const say = sayer(props.labels);
  watch('value', () => {
    field.value = props.value;
    box.hidden = !props.value;
    button.textContent = say('copy');
  });
  field.addEventListener('focus', () => field.select());
  button.addEventListener('click', async () => {
    const isCopied = await copy(field.value);
    field.select();  // so that whoever has to copy it by hand can
    button.textContent = say(isCopied ? 'copied' : 'copy_by_hand');
  });
}
