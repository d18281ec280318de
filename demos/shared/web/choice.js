// One of a few. props.value: the key of the one that is chosen.
export function mount({ element, props, trigger, watch }) {
  element.addEventListener('change', (event) => {
    props.value = event.target.value;
    trigger('choose');
  });
  watch('value', () => element.querySelectorAll('input').forEach((input) => { input.checked = input.value === props.value; }));
}
