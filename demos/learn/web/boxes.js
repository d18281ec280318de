// The five boxes of the quiz, after Leitner. A question that was known moves up and waits longer, one that wasn't goes back to
// the first. { id: [box, day] } is kept in the browser, where a day is counted since 1970 and in the visitor's own time.
import * as storage from '../../shared/web/storage.js';

const KEPT = 'gan-zoo-quiz';
// For how many days a question waits in each box.
const WAITS = [0, 1, 3, 7, 14];
const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

function today() {
  const now = new Date();
  return Math.floor((now - now.getTimezoneOffset() * MINUTE) / DAY);
}

export class Boxes {
  constructor() { this.known = storage.recall('localStorage', KEPT) || {}; }

  // The box of a question, from 0, and the day on which it is due. What is spoilt is as if it were not there.
  state({ id }) {
    const [box, due] = Array.isArray(this.known[id]) ? this.known[id] : [0, 0];
    return WAITS[box] === undefined || !Number.isInteger(due) ? [0, 0] : [box, due];
  }

  isDue(question) { return this.state(question)[1] <= today(); }

  // The number of questions in each box.
  counts(questions) {
    return WAITS.map((_, box) => questions.filter((one) => this.state(one)[0] === box).length);
  }

  // The questions, mixed: those first that are due first, and of these the ones in the lowest boxes.
  soonest(questions) {
    const [box, due] = [0, 1].map((i) => (one) => this.state(one)[i]);
    return mixed(questions).sort((a, b) => due(a) - due(b) || box(a) - box(b));
  }

  answered(question, isRight) {
    const box = isRight ? Math.min(this.state(question)[0] + 1, WAITS.length - 1) : 0;
    this.known[question.id] = [box, today() + WAITS[box]];
    storage.keep('localStorage', KEPT, this.known);
  }

  forget() {
    this.known = {};
    storage.forget('localStorage', KEPT);
  }
}

// A copy of a list in any order, each as likely as the others.
export function mixed(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const k = Math.floor(Math.random() * (i + 1));
    [copy[i], copy[k]] = [copy[k], copy[i]];
  }
  return copy;
}
