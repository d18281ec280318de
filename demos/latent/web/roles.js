// The picks, each with a button that leads it through the roles A, B, C and none. props.value: their roles.
const row = element.querySelector('.zoo-roles'), language = window.ganZooLanguage || 'en';
const order = ['A', 'B', 'C', ''];

// A, B, C in turn where none has been chosen.
const roleOf = (i) => (props.value && i < props.value.length ? props.value[i] : order[Math.min(i, 3)]);

function show() {
  row.replaceChildren(...(props.pictures || []).map((source, i) => {
    const button = document.createElement('button'), picture = document.createElement('img'), badge = document.createElement('b');
    const role = roleOf(i);
    button.type = 'button';
    button.dataset.role = role;
    picture.src = source;
    picture.alt = '';
    badge.textContent = role || '–';
    button.setAttribute('aria-label', `${props.labels.role_of[language]} ${i + 1}: ${role || props.labels.role_none[language]}`);
    button.append(picture, badge);
    button.addEventListener('click', () => {
      const next = props.pictures.map((_, k) => roleOf(k));
      next[i] = order[(order.indexOf(role) + 1) % order.length];
      props.value = next;
      show();
      row.children[i].focus();
      trigger('select');
    });
    return button;
  }));
}

watch(['pictures', 'value'], show);
show();
