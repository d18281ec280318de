// A canvas for a digit, white on black; when the pen rests, the server is asked what it takes it for.
const box = element.querySelector('.zoo-pass'), canvas = box.querySelector('canvas'), pen = canvas.getContext('2d'), said = box.querySelector('.zoo-pass-said');
const language = window.ganZooLanguage || 'en';
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
let last = null, n = 0, rests = 0;

canvas.setAttribute('aria-label', say('pass_canvas'));
function wipe() {
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  said.hidden = true;
  n += 1;  // what is on its way is about a drawing that is gone
}
const at = (event) => [event.offsetX / canvas.clientWidth * canvas.width, event.offsetY / canvas.clientHeight * canvas.height];
function stroke(to) {
  Object.assign(pen, { strokeStyle: '#fff', lineWidth: 22, lineCap: 'round', lineJoin: 'round' });
  pen.beginPath();
  pen.moveTo(...last);
  pen.lineTo(...to);
  pen.stroke();
  last = to;
}
canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); last = at(event); stroke(last); clearTimeout(rests); });
canvas.addEventListener('pointermove', (event) => { if (last) stroke(at(event)); });
for (const name of ['pointerup', 'pointercancel']) {
  canvas.addEventListener(name, () => {
    if (!last) return;
    last = null;
    rests = setTimeout(() => trigger('change', { request: { n: n += 1, drawing: canvas.toDataURL('image/png') } }), 300);
  });
}
box.querySelector('button').addEventListener('click', () => { clearTimeout(rests); wipe(); box.querySelector('.zoo-trouble').innerHTML = ''; });
watch('answer', () => {
  const answer = props.answer;
  if (!answer || answer.n !== n) return;
  box.querySelector('.zoo-trouble').innerHTML = answer.trouble;
  said.hidden = Boolean(answer.trouble);
  if (answer.trouble) return;
  said.querySelector('img').src = answer.picture;
  said.dataset.passes = answer.passes;
  said.querySelector('h3').textContent = say(answer.passes ? 'pass_passed' : 'pass_caught');
  said.querySelector('.rank').textContent = say('pass_rank', { percent: Math.round(answer.rank * 100) });
  said.querySelector('.reads').textContent = answer.reads ? say('pass_reads', { digit: answer.reads, percent: Math.round(answer.sure * 100) }) : '';
});
wipe();
