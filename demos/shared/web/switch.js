// A switch. props.value: whether it is on; props.there: whether there is anything to switch.
export function mount({ element, props, trigger, watch }) {
  const box = element.firstElementChild, field = box.querySelector('input');
  const below = box.querySelector('label').nextElementSibling;

  function show() {
    box.hidden = !props.there;
    field.checked = props.value;
    below.hidden = !props.value;
  }

  field.addEventListener('change', () => {
    props.value = field.checked;
    show();
    trigger('choose');
  });
  watch(['there', 'value'], show);
  show();
}
