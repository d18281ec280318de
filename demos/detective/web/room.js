// The presenter's screen. What there is to know of the room is fetched every second; whoever has the secret leads it, and
// a page that is loaded anew goes on where it was.
const box = element.querySelector('.zoo-room'), find = (css) => box.querySelector(css);
const language = window.ganZooLanguage || 'en';
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
const KEPT = 'gan-zoo-room', EVERY = 1000;
const home = location.href.replace(/[?#].*$/, '').replace(/\/$/, '');
const path = (rest = '') => `${home}${props.rooms}/${room.code}${rest}`;
let room = null, mark = '', timer = 0, visible = true;

const complain = (html) => { find('.zoo-trouble').innerHTML = html ? `<p role="alert">${html}</p>` : ''; };
const keep = () => { try { room ? sessionStorage.setItem(KEPT, JSON.stringify(room)) : sessionStorage.removeItem(KEPT); } catch { /* storage is off */ } };

async function send(url, content = {}) {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(content) });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.code), told);
  return told;
}

function enter() {
  keep();
  mark = '';
  const address = `${home}${props.phone}#${room.code}`;
  find('.code').textContent = room.code;
  Object.assign(find('.address'), { href: address, textContent: `${location.host}${new URL(home).pathname.replace(/\/$/, '')}${props.phone}` });
  Object.assign(find('.qr'), { src: path(`/qr?at=${encodeURIComponent(address)}`), alt: say('room_qr') });
  find('.local').hidden = !['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  look();
}

function leave(html) {
  room = null;
  keep();
  clearTimeout(timer);
  show({ phase: 'closed' });
  complain(html);
}

async function look() {
  clearTimeout(timer);
  if (!room) return;
  const code = room.code;
  try {
    const answer = await fetch(path(), { cache: 'no-cache' });
    if (!room || room.code !== code) return;
    if (answer.status === 404) { leave((await answer.json()).trouble); return; }
    if (answer.ok && answer.headers.get('etag') !== mark) { mark = answer.headers.get('etag'); show(await answer.json()); }
    complain('');
  } catch { complain(say('detective_lost')); }
  timer = setTimeout(look, EVERY);
}

function show(state) {
  const { phase } = state;
  box.dataset.phase = phase;
  find('.zoo-room-open').hidden = phase !== 'closed' && phase !== 'over';
  find('.zoo-room-door').hidden = phase === 'closed' || phase === 'over';
  find('.zoo-room-case').hidden = phase !== 'voting' && phase !== 'shown';
  find('.zoo-case-end').hidden = phase !== 'over';
  find('.zoo-room-lead').hidden = phase === 'closed' || phase === 'over';
  if (phase === 'closed') return;
  const { right } = state, score = right.of ? say('room_score', right) : '';
  find('.players').textContent = say('room_players', { n: state.players });
  if (phase === 'voting' || phase === 'shown') {
    find('.round').textContent = `${state.round} / ${state.rounds}`;
    find('.step').textContent = state.step ? say('room_step', { step: state.step.toLocaleString(language) }) : say('room_last');
    find('.votes').textContent = say('room_votes', { n: state.votes, players: state.players });
    Object.assign(find('.zoo-room-case img'), { src: state.picture, alt: say('room_picture') });
    find('.zoo-room-tally').hidden = phase !== 'shown';
    find('.zoo-room-case').dataset.real = phase === 'shown' ? state.real : '';
    for (const side of box.querySelectorAll('[data-side]')) {
      const votes = phase === 'shown' ? state.tally[side.dataset.side] : 0;
      side.style.setProperty('--share', state.votes ? votes / state.votes : 0);
      side.querySelector('b').textContent = votes;
      side.classList.toggle('zoo-truth', phase === 'shown' && state.real === (side.dataset.side === 'real'));
    }
    find('.truth').textContent = phase === 'shown' ? say(state.real ? 'room_was_real' : 'room_was_forged') : '';
    find('.says').textContent = phase === 'shown' ? say('room_says', { says: say(state.detective ? 'room_real' : 'room_forged') }) : '';
    find('.score').textContent = phase === 'shown' ? score : '';
  }
  if (phase === 'over') {
    const [, line, heading, wall] = find('.zoo-case-end').children;
    line.textContent = right.of ? `${say('room_final', right)} ${say(right.room > right.detective ? 'room_won' : right.room < right.detective ? 'room_beaten' : 'room_drawn')}` : '';
    heading.hidden = !state.fooled.length;
    wall.replaceChildren(...state.fooled.map((one) => {
      const figure = document.createElement('figure'), under = document.createElement('figcaption');
      under.textContent = `${say(one.real ? 'room_real' : 'room_forged')}\n${say('room_fooled_by', one)}`;
      figure.append(Object.assign(new Image(), { src: one.picture, alt: '' }), under);
      return figure;
    }));
    room = null;
    keep();
  }
  const more = state.round < state.rounds;
  const next = find('[data-do=next]');
  next.textContent = say(state.round ? 'room_next' : 'room_first');
  next.hidden = phase === 'voting' || !more;
  find('[data-do=show]').hidden = phase !== 'voting';
  find('[data-do=end]').hidden = phase === 'voting';
}

box.addEventListener('click', async (event) => {
  const wish = event.target.closest('button')?.dataset.do;
  if (!wish) return;
  event.target.closest('button').disabled = true;
  try {
    if (wish === 'open') { room = await send(`${home}${props.rooms}`); enter(); }
    else { await send(path('/lead'), { host: room.host, do: wish }); await look(); }
    complain('');
  } catch (error) { complain(error.trouble || say('detective_lost')); }
  event.target.closest('button').disabled = false;
});
try { room = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* storage is off, or holds something else */ }
show({ phase: 'closed' });
if (room) enter();
