// A line of text. props.value: what stands in it.
export function mount({ element, props, trigger, watch }) {
  const field = element.querySelector('input');
  const show = () => { if (field.value !== props.value) field.value = props.value; };
  field.addEventListener('input', () => {
    props.value = field.value;
    trigger('write');
  });
  watch('value', show);
  show();
}
