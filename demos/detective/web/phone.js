// A player's phone. It follows how the room stands; the player's secret and the answers so far stay on the phone, so that a
// lost connection or a reload loses nothing.
import { sayer, sentences, within } from '../../shared/web/dom.js';
import * as storage from '../../shared/web/storage.js';
import { follower, send } from './line.js';

// Plays on the page that `body` is the body of, in the words of `labels`.
export function play(body, labels) {
  const { find } = within(body), say = sayer(labels), form = find('form'), place = find('main'), choice = find('.choice');
  const rooms = location.pathname.replace(/room$/, 'rooms');
  let code = location.hash.slice(1).toUpperCase();
  let me = null;  // { player, face, votes, right }: the player's secret and name, and by picture the answer and whether it was right
  let state = null;  // of the room

  const following = follower({
    changed: show,
    gone: leave,
    heard: () => complain(''),
    lost: () => complain(say('phone_lost')),
    waits: true,
  });

  const urlOf = (part = '') => `${rooms}/${encodeURIComponent(code)}${part}`;
  const shelf = () => `gan-zoo-player-${code}`;
  const keep = () => storage.keep('sessionStorage', shelf(), me);

  function complain(html) { find('.trouble').innerHTML = html; }

  async function join() {
    try {
      me = storage.recall('sessionStorage', shelf());
      if (!me) {
        me = { ...(await send(urlOf('/players'))), votes: {}, right: {} };
        keep();
      }
      location.hash = code;
      form.hidden = true;
      place.hidden = false;
      find('.face').textContent = me.face ? say('phone_face', me) : '';
      complain('');
      following.begin(urlOf());
    } catch (error) { leave(error.trouble || say('phone_lost')); }
  }

  function leave(html) {
    following.end();
    form.hidden = false;
    place.hidden = true;
    complain(html);
  }

  // The question to the player now; `said` is the answer so far.
  function wish(phase, said) {
    if (phase === 'voting') return say(said === undefined ? 'phone_ask' : 'phone_chosen');
    return { lobby: say('phone_wait'), over: say('phone_over') }[phase] || '';
  }

  function show(now) {
    state = now;
    showCase();
    if (state.phase === 'over') following.end();
  }

  function showCase() {
    const { phase, round, rounds, picture } = state, said = me.votes[round], image = find('img');
    const isIn = phase === 'voting' || phase === 'shown';
    find('.round').textContent = isIn ? `${round} / ${rounds}` : '';
    image.hidden = !isIn;
    if (isIn && image.src !== picture) image.src = picture;
    choice.hidden = phase !== 'voting';
    if (said === undefined) delete choice.dataset.said;
    else choice.dataset.said = said;
    for (const button of choice.children) button.setAttribute('aria-pressed', said === (button.dataset.says === 'real'));
    find('.ask').textContent = wish(phase, said);
    find('.told').textContent = '';
    if (phase === 'shown') tell(said);
    const seen = Object.values(me.right), right = seen.filter(Boolean).length;
    find('.score').textContent = seen.length ? say('phone_score', { right, of: seen.length }) : '';
  }

  // The truth about the picture, and a mark for a right or a wrong answer.
  function tell(said) {
    const { round, real } = state, told = find('.told'), truth = say(real ? 'phone_was_real' : 'phone_was_forged');
    if (said === undefined) {
      told.dataset.right = '';
      told.textContent = sentences(say('phone_none'), truth);
      return;
    }
    const isRight = said === real;
    me.right[round] = isRight;
    keep();
    told.dataset.right = isRight;
    told.textContent = sentences(say(isRight ? 'phone_right' : 'phone_wrong'), truth);
  }

  choice.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-says]');
    if (!button || !state) return;
    const real = button.dataset.says === 'real', { round } = state;
    try {
      await send(urlOf('/votes'), { player: me.player, round, real });
      me.votes[round] = real;
      keep();
      showCase();
      complain('');
    } catch (error) {
      if (error.code === 'room_stranger') {
        storage.forget('sessionStorage', shelf());
        leave(error.trouble);
        return;
      }
      complain(error.trouble || say('phone_lost'));
      following.look();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    code = form.code.value.trim().toUpperCase();
    state = null;
    join();
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) following.look(); });
  form.code.value = code;
  if (code) join();
}
