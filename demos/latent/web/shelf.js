// What a visitor keeps: [{ query, picture, name }, ...] in localStorage. props.value: a new one to keep, or the query of
// the one that was clicked.
const place = 'gan-zoo-kept', most = 60, language = window.ganZooLanguage || 'en';
const shelf = element.querySelector('.zoo-shelf'), row = element.querySelector('.zoo-kept');
let kept = [];
try { kept = JSON.parse(localStorage.getItem(place)) || []; } catch { /* storage is off or spoilt: an empty shelf */ }
if (!Array.isArray(kept)) kept = [];
kept = kept.filter((one) => one && typeof one.query === 'string' && /^data:image\//.test(one.picture));

function store() {
  try { localStorage.setItem(place, JSON.stringify(kept)); } catch { /* full or off: they last as long as the page */ }
  show();
}

function show() {
  shelf.hidden = !kept.length;
  row.replaceChildren(...kept.map((one) => {
    const box = document.createElement('div'), open = document.createElement('button'), drop = document.createElement('button');
    open.type = drop.type = 'button';
    open.className = 'zoo-open';
    drop.className = 'zoo-drop';
    const picture = document.createElement('img');
    picture.src = one.picture;
    picture.alt = `${props.labels.open_kept[language]} ${one.name}`;
    open.append(picture);
    drop.textContent = '×';
    drop.setAttribute('aria-label', `${props.labels.drop_kept[language]} ${one.name}`);
    open.addEventListener('click', () => {
      props.value = one.query;
      trigger('select');
      document.querySelector('.zoo-wall').scrollIntoView({ block: 'center' });
    });
    drop.addEventListener('click', () => { kept = kept.filter((other) => other !== one); store(); });
    box.append(open, drop);
    return box;
  }));
}

const query = ([model, label, truncation, picks, route, position, seed]) => '?' + new URLSearchParams({
  model, ...(label ? { label } : {}), seed, truncation, picks: (picks || []).map((pick) => pick.join('.')).join(','),
  route, at: position,
}).toString().replaceAll('%2C', ',');

window.ganZoo = {
  share(state) {
    const address = location.origin + location.pathname + query(state);
    history.replaceState(history.state, '', address);
    navigator.clipboard?.writeText(address).catch(() => { /* not allowed: the field shows it */ });
    return address;
  },
  keep(state, picture) {
    if (!picture) return '';
    const one = { query: query(state), picture, name: [state[0], state[1]].filter(Boolean).join(' ') };
    kept = [one, ...kept.filter((other) => other.query !== one.query)].slice(0, most);
    store();
    return '';
  },
};
show();
