// The picks, each with a button that leads it through the roles A, B, C and none. props.value: their roles; `choose`: they have
// changed.
import { button, make, sayer } from '../../shared/web/dom.js';

const ROLES = ['A', 'B', 'C', ''];

export function mount({ element, props, trigger, watch }) {
  const row = element.querySelector('.zoo-roles'), say = sayer(props.labels);

  // A, B, C in turn where none has been chosen.
  const roleOf = (i) => (props.value && i < props.value.length ? props.value[i] : ROLES[Math.min(i, ROLES.length - 1)]);

  function turn(i) {
    const roles = props.pictures.map((_, k) => roleOf(k));
    roles[i] = ROLES[(ROLES.indexOf(roles[i]) + 1) % ROLES.length];
    props.value = roles;
    show();
    row.children[i].focus();
    trigger('choose');
  }

  function show() {
    row.replaceChildren(...(props.pictures || []).map((src, i) => {
      const role = roleOf(i), label = `${say('role_of')} ${i + 1}: ${role || say('role_none')}`;
      const fields = { 'data-role': role, 'aria-label': label };
      return button(() => turn(i), fields, make('img', { src, alt: '' }), make('b', { textContent: role || '–' }));
    }));
  }

  watch(['pictures', 'value'], show);
  show();
}
