// The questions of the tab, one on its way at a time. Those about a place on a map go before all others, and of several places
// on one map the last one counts; the others wait in line.
import { asker } from '../../shared/web/ask.js';

// box: its data-settled is there while no question waits, its data-asked once there was one. lost(): there was no answer.
export class Queue {
  constructor(component, { box, patience, lost }) {
    Object.assign(this, { ask: asker(component, patience), box, lost, line: [], urgent: new Map(), isBusy: false });
  }

  // hear(answer) takes the answer in.
  add(event, request, hear) {
    this.line.push({ event, request, hear });
    this.next();
  }

  // The same for a question that can't wait; it replaces the one about the same model.
  hurry(event, request, hear) {
    this.urgent.set(request.model, { event, request, hear });
    this.next();
  }

  // Takes the questions of a kind out of the line.
  forget(...events) {
    this.line = this.line.filter(({ event }) => !events.includes(event));
  }

  take() {
    const [model] = this.urgent.keys(), first = this.urgent.get(model);
    this.urgent.delete(model);
    return first || this.line.shift();
  }

  async next() {
    if (this.isBusy) return;
    const question = this.take();
    if (!question) {
      this.box.dataset.settled = '';
      return;
    }
    delete this.box.dataset.settled;
    this.box.dataset.asked = '';
    this.isBusy = true;
    const answer = await this.ask(question.event, question.request);
    this.isBusy = false;
    try {
      if (answer) question.hear(answer);
      else this.lost();
    } finally {
      this.next();
    }
  }
}
