// An address to be copied. props.value: the address.
export function mount({ element, props, watch }) {
  const field = element.querySelector('input');
  watch('value', () => {
    field.value = props.value;
    field.closest('label').hidden = !props.value;
  });
  field.addEventListener('focus', () => field.select());
}
