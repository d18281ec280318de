// The Words tab. An event carries a request, { n, model, sentence, other, seed }; props.answer: what there is to say to it,
// under the same n. One request is on its way at a time; what is typed meanwhile waits, the newest of its kind.
const box = element.querySelector('.zoo-words'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const language = window.ganZooLanguage === 'ja' ? 'ja' : 'en', patience = 30000, pause = 250;
const say = (key, fields = {}) => props.labels[key][language].replace(/\{(\w+)\}/g, (slot, name) => fields[name] ?? slot);
const [strange, strangeOther] = all('.zoo-words-strange'), [trouble, troubleOther] = all('.zoo-trouble');
const [said, saidOther] = all('.zoo-words-said'), [sentence, other] = ['sentence', 'other'].map((name) => find(`[name=${name}]`));
const range = find('.zoo-words-way input'), stand = find('.zoo-words-way canvas');
let seed = 1, chosen = 0, sheet = null, strip = null, size = 128, stages = 3;

let n = 0, busy = 0, asked = '', timer = 0, typing = 0;
const wanted = new Set();

function want(event) {
  wanted.add(event);
  if (!busy) next();
}

function next() {
  clearTimeout(timer);
  busy = 0;
  asked = ['change', 'select'].find((event) => wanted.has(event)) || '';
  if (!asked) { box.dataset.settled = n; return; }
  wanted.delete(asked);
  delete box.dataset.settled;
  busy = n += 1;
  trigger(asked, { request: { n, model: find('[name=words-model]:checked').value, sentence: sentence.value, other: other.value, seed } });
  timer = setTimeout(() => { complain(say('words_lost')); next(); }, patience);  // an answer can get lost
}

function complain(text) {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = text;
  trouble.replaceChildren(line);
}

async function receive(answer) {
  if (!answer || answer.n !== busy) return;
  const first = asked === 'change';
  (first ? trouble : troubleOther).innerHTML = answer.trouble;
  ask(first ? strange : strangeOther, first ? sentence : other, answer.strange || []);
  (first ? said : saidOther).innerHTML = answer.said || '';
  if (answer.sheet) { size = answer.size; stages = answer.stages; sheet = await loaded(answer.sheet); neighbours(answer.near); }
  if (answer.strip) strip = await loaded(answer.strip);
  box.toggleAttribute('data-wrong', first && Boolean(answer.trouble));
  show();
  next();
}

function loaded(url) {
  const picture = new Image();
  picture.src = url;
  return picture.decode().then(() => picture);
}

// Words that are not known, and what may be meant; a click puts it into the sentence.
function ask(place, field, words) {
  place.replaceChildren(...words.map(([word, known]) => {
    const line = document.createElement('p');
    line.append(say(known.length ? 'words_strange_near' : 'words_strange', { word }), ' ');
    for (const one of known) line.append(chip(one, () => put(field, field.value.replace(word, one))));
    return line;
  }));
}

function chip(text, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', act);
  return button;
}

function put(field, text) {
  field.value = text;
  told(field, 0);
}

// What is drawn: a tile of the sheet has the stages of a picture side by side, each enlarged to the last one's size.
function paint(canvas, picture, x, y, side) {
  canvas.width = canvas.height = side;
  const pen = canvas.getContext('2d');
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, x, y, size, size, 0, 0, side, side);
}

function show() {
  if (sheet) {
    all('.zoo-words-stages canvas').forEach((canvas, i) => {
      canvas.closest('figure').hidden = i >= stages;
      if (i < stages) paint(canvas, sheet, i * size, chosen * size, size);
    });
    all('.zoo-words-samples button').forEach((button, i) => {
      button.setAttribute('aria-pressed', i === chosen);
      paint(button.firstChild, sheet, (stages - 1) * size, i * size, size);
    });
  }
  if (strip) {
    all('.zoo-words-strip canvas').forEach((canvas, i) => {
      canvas.toggleAttribute('data-here', i === Number(range.value));
      paint(canvas, strip, i * size, 0, size);
    });
    paint(stand, strip, range.value * size, 0, size);
    Object.assign(stand, { role: 'img', ariaLabel: say('words_step', { n: Number(range.value) + 1, of: props.steps }) });
  }
  const [from, to] = all('.zoo-words-ends span');
  [from.textContent, to.textContent] = [sentence.value, other.value];
}

function neighbours(near) {
  find('.zoo-words-near').replaceChildren(...near.map((one) => {
    const figure = document.createElement('figure'), picture = document.createElement('img');
    picture.src = one.picture;
    picture.alt = '';
    const caption = document.createElement('figcaption'), alike = document.createElement('small');
    alike.textContent = say('words_like', { n: one.alike.toFixed(2) });
    caption.append(one.captions[language], alike);
    figure.append(picture, caption);
    return figure;
  }));
}

// A sentence is drawn while it is typed, and at once where Enter ends it; the way to the other one follows.
function told(field, wait = pause) {
  clearTimeout(typing);
  typing = setTimeout(() => {
    if (field === sentence) { chosen = 0; want('change'); }
    want('select');
  }, wait);
}

for (const field of [sentence, other]) {
  field.maxLength = props.most;
  field.addEventListener('input', () => told(field));
  field.closest('form').addEventListener('submit', (event) => { event.preventDefault(); told(field, 0); });
}
all('[name=words-model]').forEach((one) => one.addEventListener('change', () => told(sentence, 0)));
find('[data-do=again]').addEventListener('click', () => { seed += 1; told(sentence, 0); });
range.max = props.steps - 1;
range.value = Math.round((props.steps - 1) / 2);
range.addEventListener('input', show);
find('.zoo-words-chips').append(...props.examples[language].map((text) => chip(text, () => put(sentence, text))));
find('.zoo-words-stages').append(...Array.from({ length: 3 }, (_, i) => {
  const figure = document.createElement('figure'), caption = document.createElement('figcaption');
  caption.textContent = say('words_stage', { n: i + 1, size: 32 << i });
  figure.append(document.createElement('canvas'), caption);
  return figure;
}));
find('.zoo-words-samples').append(...Array.from({ length: props.samples }, (_, i) => {
  const button = chip('', () => { chosen = i; show(); });
  button.setAttribute('aria-label', say('words_sample', { n: i + 1 }));
  button.append(document.createElement('canvas'));
  return button;
}));
find('.zoo-words-strip').append(...Array.from({ length: props.steps }, () => document.createElement('canvas')));
watch('answer', () => receive(props.answer));

// Nothing is asked before the tab is looked at.
[sentence.value, other.value] = [props.examples[language][0], props.examples[language][4]];
const looking = new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting) return;
  looking.disconnect();
  setTimeout(() => told(sentence, 0), 120);
});
looking.observe(box);
