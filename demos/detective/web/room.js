// The presenter's screen. It follows how the room stands; whoever has the room's secret leads it, and a page that is loaded
// anew goes on where it was.
import { language, make, sayer, sentences, within } from '../../shared/web/dom.js';
import * as storage from '../../shared/web/storage.js';
import { follower, send } from './line.js';
import { captioned } from './wall.js';

const KEPT = 'gan-zoo-room';
const STAY = 20_000;  // milliseconds; a room without players is gone a minute after its presenter was last heard
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

export function mount({ element, props }) {
  const box = element.querySelector('.zoo-room'), { find, all } = within(box), say = sayer(props.labels);
  const addressOf = (path) => new URL(`.${path}`, document.baseURI).href;
  let room = storage.recall('sessionStorage', KEPT), staying = null;

  const following = follower({
    changed: show,
    gone: leave,
    heard: () => complain(''),
    lost: () => complain(say('detective_lost')),
  });

  const urlOf = (part = '') => `${addressOf(props.rooms)}/${room.code}${part}`;

  function complain(html) { find('.zoo-trouble').innerHTML = html && `<p role="alert">${html}</p>`; }

  function keep(now) {
    room = now;
    if (room) storage.keep('sessionStorage', KEPT, room);
    else storage.forget('sessionStorage', KEPT);
  }

  function enter() {
    const phone = `${addressOf(props.phone)}#${room.code}`, { host, pathname } = new URL(phone);
    find('.code').textContent = room.code;
    Object.assign(find('.address'), { href: phone, textContent: `${host}${pathname}` });
    Object.assign(find('.qr'), { src: urlOf(`/qr?at=${encodeURIComponent(phone)}`), alt: say('room_qr') });
    find('.local').hidden = !LOCAL.includes(location.hostname);
    following.begin(urlOf());
    clearInterval(staying);
    staying = setInterval(() => send(urlOf('/lead'), { host: room.host, do: 'stay' }).catch(() => {}), STAY);
  }

  function leave(html) {
    close();
    show({ phase: 'closed' });
    complain(html);
  }

  function close() {
    clearInterval(staying);
    keep(null);
    following.end();
  }

  function show(state) {
    const { phase } = state, isOut = phase === 'closed' || phase === 'over', isIn = phase === 'voting' || phase === 'shown';
    box.dataset.phase = phase;
    find('.zoo-room-open').hidden = !isOut;
    find('.zoo-room-door').hidden = find('.zoo-room-lead').hidden = isOut;
    find('.zoo-room-case').hidden = !isIn;
    find('.zoo-case-end').hidden = phase !== 'over';
    if (phase === 'closed') return;
    find('.players').textContent = say('room_players', { n: state.players });
    if (isIn) showCase(state, phase === 'shown');
    if (phase === 'over') {
      showEnd(state);
      close();
    }
    find('.door').textContent = state.open ? '' : say('room_door_closed');
    const door = find('[data-door]');
    door.dataset.do = state.open ? 'close' : 'reopen';
    door.textContent = say(state.open ? 'room_door_close' : 'room_door_open');
    const next = find('[data-do=next]');
    next.textContent = say(state.round ? 'room_next' : 'room_first');
    next.hidden = phase === 'voting' || state.round >= state.rounds;
    find('[data-do=show]').hidden = phase !== 'voting';
    find('[data-do=end]').hidden = phase === 'voting';
  }

  // The picture that everybody judges; `isShown`: what it is, is no secret any more.
  function showCase({ round, rounds, step, votes, players, picture, real, detective, tally, right }, isShown) {
    find('.round').textContent = `${round} / ${rounds}`;
    find('.step').textContent = step ? say('room_step', { step: step.toLocaleString(language) }) : say('room_last');
    find('.votes').textContent = say('room_votes', { n: votes, players });
    Object.assign(find('.zoo-room-case img'), { src: picture, alt: say('room_picture') });
    find('.zoo-room-tally').hidden = !isShown;
    for (const row of all('[data-side]')) {
      const { side } = row.dataset, count = isShown ? tally[side] : 0;
      row.style.setProperty('--share', votes ? count / votes : 0);
      find('b', row).textContent = count;
      row.classList.toggle('zoo-truth', isShown && real === (side === 'real'));
    }
    const tell = (css, words) => { find(css).textContent = isShown ? words() : ''; };
    tell('.truth', () => say(real ? 'room_was_real' : 'room_was_forged'));
    tell('.says', () => say('room_says', { says: say(detective ? 'room_real' : 'room_forged') }));
    tell('.score', () => (right.of ? say('room_score', right) : ''));
  }

  function winner({ room: ours, detective }) {
    if (ours === detective) return 'room_drawn';
    return ours > detective ? 'room_won' : 'room_beaten';
  }

  function showEnd({ right, fooled, podium }) {
    const [, line, best, steps, heading, wall, full] = find('.zoo-case-end').children;
    full.hidden = !document.fullscreenEnabled;
    best.hidden = !podium.length;
    steps.replaceChildren(...podium.map((place) => make(
      'li', {}, make('b', { textContent: place.faces.join(' ') }),
      ` ${place.more ? say('room_more', { n: place.more }) : ''}`, make('span', { textContent: say('room_place', place) }),
    )));
    line.textContent = right.of ? sentences(say('room_final', right), say(winner(right))) : '';
    heading.hidden = !fooled.length;
    wall.replaceChildren(...fooled.map((one) => (
      captioned(one.picture, `${say(one.real ? 'room_real' : 'room_forged')}\n${say('room_fooled_by', one)}`)
    )));
  }

  async function lead(wish) {
    if (wish === 'open') {
      keep(await send(addressOf(props.rooms)));
      enter();
    } else {
      await send(urlOf('/lead'), { host: room.host, do: wish });
      await following.look();
    }
  }

  find('[data-full]').addEventListener('click', () => (
    document.fullscreenElement ? document.exitFullscreen() : find('.zoo-case-end').requestFullscreen()
  ));
  box.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-do]');
    if (!button) return;
    button.disabled = true;
    try {
      await lead(button.dataset.do);
      complain('');
    } catch (error) { complain(error.trouble || say('detective_lost')); }
    button.disabled = false;
  });

  show({ phase: 'closed' });
  if (room) enter();
  find('[data-do=open]').disabled = false;
  box.dataset.ready = '';
}
