// Questions to the server. An event carries a request with a number, { n, ... }; the prop `answer` brings what there is to say
// to it so far, under the same number, and is complete with `last`. An answer can get lost on its way: after some patience
// nobody waits for it any more; if the server is gone, the patience is short.
import { isGone, whenServerChanges } from './server.js';

// In milliseconds, for an answer of a server that is gone.
const SHORT = 300;

// A function that asks: ask(event, request, hear) gives a promise of the last answer, or of null when patience is over. The
// promise has the question's number as `n`. `hear` is told every answer, the last one, and also one that comes too late. A
// question that takes long has a patience of its own. `here(event, request, tell)` may give a promise of the answer, and tell parts
// of it before: then the server is asked only if that fails. If the promise has a `stop`, so has the question's.
export function asker({ props, trigger, watch }, patience, here = () => null) {
  const open = new Map(), waiting = new Set();  // who hears each answer; the questions that nobody has given up
  let number = 0;
  watch('answer', () => open.get(props.answer?.n)?.(props.answer));
  whenServerChanges(() => { if (isGone()) for (const giveUp of waiting) giveUp(); });
  return (event, request, hear = () => {}, mine = patience) => {
    const n = number += 1;
    let settle, timer;
    const last = new Promise((resolve) => { settle = resolve; });
    const giveUp = () => end(null);
    function end(answer) {
      clearTimeout(timer);
      waiting.delete(giveUp);
      settle(answer);
    }
    function wait(long) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, long);
    }
    open.set(n, (answer) => {
      wait(mine);
      if (answer.last) {
        open.delete(n);
        end(answer);
      }
      hear(answer);
    });
    function there() {
      delete last.stop;
      waiting.add(giveUp);
      wait(isGone() ? SHORT : mine);
      trigger(event, { request: { ...request, n } });
    }
    const tell = (answer, isLast) => open.get(n)?.({ n, model: request.model, trouble: '', ...answer, last: isLast });
    const made = here(event, request, (part) => tell(part, false));
    if (made) {
      wait(mine);
      made.then((answer) => (answer ? tell(answer, true) : there()), there);
    } else there();
    return Object.assign(last, { n }, made?.stop && { stop: made.stop });
  };
}

// Questions that take turns: one is on its way at a time, and of those that wait the newest of each kind is asked next, in the
// order of `kinds`: { EVENT: { hear, endedBy, late } }.
//   hear(answer, request): takes an answer in; the next question waits for the promise that it may give.
//   endedBy: the kinds that make this one pointless; it takes long, and is stopped when one of them is wanted.
//   late: an answer that comes when patience is over is heard all the same, if no newer one of its kind has been.
// box: its data-asked and data-answered are the numbers of the last question and answer, data-settled is there while none waits.
// here: as in `asker`. about(): what every request carries. begin(kind, request), rest(): a question is asked, none is left.
// lost(kind): no answer.
export function turns(component, kinds, options) {
  const { box, patience, about = () => ({}), begin = () => {}, rest = () => {}, lost = () => {}, here } = options;
  const ask = asker(component, patience, here), waiting = new Map();
  const newest = {};  // the number of the answer of each kind that was heard last
  let now = null, last = 0;

  // `request` may be a function: what it gives when its turn has come is asked, or nothing where it gives null.
  function want(kind, request = {}) {
    waiting.set(kind, request);
    if (now && kinds[now.kind].endedBy?.includes(kind)) stop();
    if (!now) next();
  }

  async function next() {
    const kind = Object.keys(kinds).find((name) => waiting.has(name));
    if (!kind) {
      box.dataset.settled = last;
      rest();
      return;
    }
    const wanted = waiting.get(kind), asked = typeof wanted === 'function' ? wanted() : wanted;
    waiting.delete(kind);
    if (!asked) {
      next();
      return;
    }
    const request = { ...about(), ...asked }, mine = now = { kind };
    delete box.dataset.settled;
    try {
      let heard = null;
      begin(kind, request);
      const question = ask(kind, request, (answer) => {
        box.dataset.answered = answer.n;
        if (now !== mine && !(kinds[kind].late && answer.n > (newest[kind] || 0))) return;
        newest[kind] = answer.n;
        heard = kinds[kind].hear(answer, request);
      });
      box.dataset.asked = last = mine.n = question.n;
      mine.question = question;
      if (await question === null) {
        stop();
        lost(kind);
      }
      await heard;
    } finally {
      now = null;
      next();
    }
  }

  function stop() {
    if (now?.question?.stop) now.question.stop();
    else if (now && kinds[now.kind].endedBy) component.trigger('stop', { request: { n: now.n } });
  }

  // The visitor stops what goes on, and what waits of its kind.
  function stopAll() {
    for (const kind of waiting.keys()) if (kinds[kind].endedBy) waiting.delete(kind);
    stop();
  }

  return { want, stop: stopAll, waits: (kind) => waiting.has(kind), last: () => last };
}
