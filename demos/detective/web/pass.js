// The reverse role: a canvas for a digit, white on black; when the pen rests, the server is asked what it takes the digit for.
// Event: `judge` { drawing }.
import { asker } from '../../shared/web/ask.js';
import { complain, placeOn, sayer, within } from '../../shared/web/dom.js';
import { penOn } from '../../shared/web/pen.js';

const PATIENCE = 90_000;
// The pen rests when nothing was drawn for so many milliseconds.
const REST = 300;
const INK = { strokeStyle: '#fff', lineWidth: 22, lineCap: 'round', lineJoin: 'round' };

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-pass'), { find } = within(box);
  const say = sayer(props.labels), said = find('.zoo-pass-said'), trouble = find('.zoo-trouble');
  const canvas = find('canvas'), view = canvas.getContext('2d'), ask = asker(component, PATIENCE);
  let last = null, rests = 0;  // the place of the pen, and the timer of its rest
  let drawing = 0;  // counts what was drawn, since an answer may be about a drawing that is gone

  function wipe() {
    clearTimeout(rests);
    view.fillStyle = '#000';
    view.fillRect(0, 0, canvas.width, canvas.height);
    said.hidden = true;
    box.dataset.blank = '';
    trouble.innerHTML = '';
    drawing += 1;
  }

  function stroke(to) {
    delete box.dataset.blank;
    Object.assign(view, INK);
    view.beginPath();
    view.moveTo(...last);
    view.lineTo(...to);
    view.stroke();
    last = to;
  }

  async function judge() {
    const mine = drawing += 1, answer = await ask('judge', { drawing: canvas.toDataURL('image/png') });
    if (mine !== drawing) return;
    if (answer) trouble.innerHTML = answer.trouble;
    else complain(trouble, say('detective_lost'));
    said.hidden = !answer || Boolean(answer.trouble);
    if (!said.hidden) show(answer);
  }

  function show({ picture, passes, rank, reads, sure }) {
    find('img', said).src = picture;
    said.dataset.passes = passes;
    find('h3', said).textContent = say(passes ? 'pass_passed' : 'pass_caught');
    find('.rank', said).textContent = say('pass_rank', { percent: Math.round(rank * 100) });
    const read = () => say('pass_reads', { digit: reads, percent: Math.round(sure * 100) });
    find('.reads', said).textContent = reads ? read() : '';
  }

  const placeOf = (event) => placeOn(canvas, event).map((share) => share * canvas.width);
  penOn(canvas, {
    down(event) {
      clearTimeout(rests);
      last = placeOf(event);
      stroke(last);
    },
    move: (events) => events.forEach((event) => stroke(placeOf(event))),
    up: () => { rests = setTimeout(judge, REST); },
  });
  find('button').addEventListener('click', wipe);

  canvas.setAttribute('aria-label', say('pass_canvas'));
  wipe();
  box.dataset.ready = '';
}
