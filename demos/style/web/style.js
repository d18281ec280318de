// The Style tab. Each event carries a request, { n, model, back, file, sample, shrink, strength }; props.answer: what there
// is to say to it so far, under the same n, each time all of it; with `last` it is complete.
const box = element.querySelector('.zoo-styler'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const language = window.ganZooLanguage || 'en', say = (key) => props.labels[key][language], patience = 120000;
const view = find('.zoo-styler-view'), strength = find('.zoo-styler-strength input'), camera = find('.zoo-styler-camera');
let chosen = 0, back = false, samples = [], isSample = true;
let styles = props.styles;
const style = () => styles[chosen];

// Asking: one request at a time. What is asked meanwhile waits, the newest of its kind; a run that it makes pointless ends.
const ORDER = ['upload', 'select', 'change', 'play', 'expand', 'download'], RUNS = ['change', 'play', 'expand'];
let n = 0, busy = 0, asked = '', wanted = {}, timer = 0, bringing = null;

function want(event, request = {}) {
  wanted[event] = request;
  if (RUNS.includes(asked) && ['upload', 'change', asked].includes(event)) stop();
  if (!busy) next();
}

function next() {
  clearTimeout(timer);
  busy = 0;
  asked = ORDER.find((event) => wanted[event]) || '';
  find('[data-do=stop]').hidden = !RUNS.includes(asked);
  find('progress').hidden = !RUNS.includes(asked);
  if (!asked) { box.dataset.settled = n; return; }
  const request = wanted[asked];
  delete wanted[asked];
  delete box.dataset.settled;
  busy = n += 1;
  find('progress').removeAttribute('value');
  if (asked === 'upload') bringing = request;
  if (asked === 'change') lose();
  trigger(asked, { request: { n, model: style().name, back, ...request } });
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => { stop(); complain(say('lost')); next(); }, patience);  // an answer can get lost
}

function stop() { if (busy) trigger('stop', { request: { n: busy } }); }

function complain(text) {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = text;
  find('.zoo-trouble').replaceChildren(...(text ? [line] : []));
}

function receive(answer) {
  if (!answer || answer.n !== busy) return;
  if (answer.trouble || asked !== 'select') find('.zoo-trouble').innerHTML = answer.trouble;
  if (answer.of) find('progress').value = answer.done / answer.of;
  if (answer.said) find('.zoo-styler-said').innerHTML = answer.said;
  ({ select: known, upload: brought, change: restyled, play: filmed, expand: sheeted, download: saved })[asked](answer);
  if (answer.last) next(); else wait();
}

// What is known of the style: its samples, and what it learnt from.
function known(answer) {
  if (!answer.samples) return;
  find('.zoo-styler-about').innerHTML = answer.about;
  offer(answer.styles);
  all('.zoo-styler-styles label').forEach((label, i) => {
    const picture = label.querySelector('img'), url = answer.thumbnails[styles[i].name];
    picture.hidden = !url;
    if (url) picture.src = url;
  });
  find('.zoo-styler-samples').hidden = !answer.samples.length;
  find('.zoo-styler-samples div').replaceChildren(...answer.samples.map((url, i) => {
    const button = document.createElement('button'), picture = document.createElement('img');
    button.type = 'button';
    button.setAttribute('aria-label', say('sample').replace('{n}', i + 1));
    Object.assign(picture, { src: url, alt: '' });
    button.append(picture);
    button.addEventListener('click', () => want('upload', { sample: i }));
    return button;
  }));
  // Where the visitor has brought nothing, there is something to look at from the start, and in every direction.
  const others = answer.samples[0] !== samples[0];
  samples = answer.samples;
  if (others && isSample && !wanted.upload) want('upload', { sample: 0 });
}

// Weights come and go while the page is open.
function offer(found) {
  const same = found.map(({ name }) => name).join('/') === styles.map(({ name }) => name).join('/'), { name: now } = style();
  styles = found;
  if (same) return;
  chosen = Math.max(0, styles.findIndex(({ name }) => name === now));
  const one = find('.zoo-styler-styles label'), list = one.parentElement;
  list.replaceChildren(...styles.map(({ title }, i) => {
    const label = one.cloneNode(true);
    label.querySelector('input').value = i;
    label.querySelector('span').innerHTML = title;
    return label;
  }));
  show();
}

// A picture is there: everything else is about another one.
function brought(answer) {
  find('.zoo-styler-offer').hidden = !answer.offer;
  if (answer.offer) find('.zoo-styler-offer p').innerHTML = answer.offer;
  if (!answer.before) return;
  const [width, height] = answer.size;
  isSample = 'sample' in bringing;
  view.style.setProperty('--ratio', width / height);
  delete view.dataset.empty;
  find('.before').src = answer.before;
  find('.zoo-styler-is').innerHTML = answer.is;
  find('.zoo-styler-clip').hidden = answer.frames === 1;
  sheet([]);
  want('change');
}

function lose() {
  find('.after').hidden = true;
  find('.zoo-styler-said').innerHTML = '';
  find('[data-do=save]').disabled = true;
  find('.zoo-styler-cycle').hidden = true;
  film('');
}

function restyled(answer) {
  const after = find('.after');
  after.hidden = !answer.after;
  if (answer.after && after.src !== answer.after) after.src = answer.after;
  find('[data-do=save]').disabled = !answer.ready;
  find('.zoo-styler-cycle').hidden = !answer.cycle;
  all('.zoo-styler-cycle img').forEach((picture, i) => { if (answer.cycle) picture.src = answer.cycle[i]; });
  find('.zoo-styler-error').innerHTML = answer.error || '';
}

function link(css, url, name) {
  Object.assign(find(css), { hidden: !url, href: url, download: name });
}

function film(url) {
  const [picture, player] = all('.zoo-styler-clip > img, .zoo-styler-clip > video');
  picture.hidden = true;
  player.hidden = !url;
  player.muted = true; // else no browser lets it begin by itself
  player.autoplay = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (url) player.src = url; else player.removeAttribute('src');
  link('.zoo-styler-clip a', url, `${style().name}.mp4`);
}

function filmed(answer) {
  if (answer.frame && !answer.film) {
    film('');
    Object.assign(find('.zoo-styler-clip > img'), { src: answer.frame, hidden: false });
  }
  if (answer.film && answer.last) film(answer.film);
}

// The sheet: a click on a picture chooses its style.
const nameOf = (model) => find(`.zoo-styler-styles input[value="${styles.findIndex(({ name }) => name === model)}"] ~ span`);

function sheet(rows) {
  link('.zoo-styler-sheet a', '', '');
  find('.zoo-styler-sheet > div:last-child').replaceChildren(...rows.map(({ model, picture }) => {
    const button = document.createElement('button'), image = document.createElement('img');
    button.type = 'button';
    Object.assign(image, { src: picture, alt: '' });
    button.append(image, nameOf(model).cloneNode(true));
    button.addEventListener('click', () => choose(styles.findIndex(({ name }) => name === model)));
    return button;
  }));
}

async function sheeted(answer) {
  sheet(answer.sheet || []);
  if (!answer.last || !answer.sheet) return;
  // The picture and all that became of it, each with its name, in one picture.
  const cells = [{ picture: find('.before').src, name: say('before_label') }, ...answer.sheet.map(({ model, picture }) => (
    { picture, name: nameOf(model).querySelector(`[lang=${language}]`)?.textContent || nameOf(model).textContent }))];
  const loaded = await Promise.all(cells.map(async ({ picture }) => {
    const image = new Image();
    image.src = picture;
    await image.decode();
    return image;
  }));
  const columns = Math.min(4, cells.length), width = 320, height = Math.round(width / Number(view.style.getPropertyValue('--ratio')));
  const paper = document.createElement('canvas'), pen = paper.getContext('2d');
  Object.assign(paper, { width: columns * (width + 16) + 16, height: Math.ceil(cells.length / columns) * (height + 48) + 16 });
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paper.width, paper.height);
  Object.assign(pen, { fillStyle: '#1d1b19', font: `600 20px ${getComputedStyle(box).fontFamily}` });
  cells.forEach(({ name }, i) => {
    const x = 16 + (i % columns) * (width + 16), y = 16 + Math.floor(i / columns) * (height + 48);
    pen.drawImage(loaded[i], x, y, width, height);
    pen.fillText(name, x, y + height + 24, width);
  });
  link('.zoo-styler-sheet a', paper.toDataURL('image/png'), 'styles.png');
}

async function saved(answer) {
  if (!answer.file || !answer.last) return;
  const content = await (await fetch(answer.file)).blob(), a = document.createElement('a');
  Object.assign(a, { href: URL.createObjectURL(content), download: `${answer.model}.jpg` });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60000);
}

// Choosing a style and a direction.
function show() {
  all('.zoo-styler-styles input').forEach((radio, i) => { radio.checked = i === chosen; });
  const ways = style().ways, [there, here] = all('.zoo-styler-back label');
  if (ways.length === 1) back = false;
  find('.zoo-styler-back').hidden = ways.length === 1;
  [there, here].forEach((label, i) => {
    label.querySelector('span').innerHTML = ways[i] || '';
    label.querySelector('input').checked = back === (i === 1);
  });
}

function choose(index) {
  chosen = index;
  show();
  if (view.dataset.empty !== '') want('change');
  want('select');
}

find('.zoo-styler-styles').addEventListener('change', (event) => choose(Number(event.target.value)));
find('.zoo-styler-back').addEventListener('change', (event) => { back = event.target.value === 'back'; sheet([]); choose(chosen); });

// The view: before on the left, after on the right, which is as strong as the slider says.
view.querySelector('input').addEventListener('input', (event) => view.style.setProperty('--split', `${event.target.value}%`));
strength.addEventListener('input', () => {
  view.style.setProperty('--strength', strength.value / 100);
  find('output').textContent = `${strength.value}%`;
});

// Bringing a file: it goes to the server as it is, which says what is wrong with it.
function bring(file) {
  if (!file) return;
  complain('');
  find('.zoo-styler-offer').hidden = true;
  if (file.size > props.most) { complain(say('large_clip_here')); return; }
  const reader = new FileReader();
  reader.onload = () => want('upload', { file: file.size ? reader.result : 'data:;base64,' });
  reader.readAsDataURL(file);
}

const file = find('input[type=file]');
file.addEventListener('change', () => { bring(file.files[0]); file.value = ''; });
box.addEventListener('dragover', (event) => { event.preventDefault(); box.dataset.over = ''; });
box.addEventListener('dragleave', () => delete box.dataset.over);
box.addEventListener('drop', (event) => { event.preventDefault(); delete box.dataset.over; bring(event.dataTransfer.files[0]); });
document.addEventListener('paste', (event) => {
  const [pasted] = event.clipboardData?.files || [];
  if (pasted && box.offsetParent && !event.target.matches?.('textarea, input:not([type=range], [type=radio])')) {
    event.preventDefault();
    bring(pasted);
  }
});

let stream = null;

async function openCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
  } catch { complain(say('no_camera')); return; }
  const player = camera.querySelector('video');
  player.srcObject = stream;
  camera.hidden = false;
  await player.play();
  camera.querySelector('button').focus();
}

function closeCamera() {
  for (const track of stream?.getTracks() || []) track.stop();
  stream = null;
  camera.hidden = true;
}

function shoot() {
  const player = camera.querySelector('video'), photo = document.createElement('canvas');
  Object.assign(photo, { width: player.videoWidth, height: player.videoHeight });
  photo.getContext('2d').drawImage(player, 0, 0);
  closeCamera();
  want('upload', { file: photo.toDataURL('image/jpeg', 0.95) });
}

// What was drawn in the sketch tab can go on from there.
let sketched = '';

function hear(picture) {
  sketched = picture || '';
  find('[data-do=sketched]').hidden = !sketched;
}

document.addEventListener('zoo-sketched', (event) => hear(event.detail.picture));

const share = () => ({ strength: strength.value / 100 });
const actions = {
  camera: () => (stream ? closeCamera() : openCamera()),
  shoot,
  close: closeCamera,
  sketched: () => want('upload', { file: sketched }),
  shrink: () => want('upload', { ...bringing, shrink: true }),
  stop,
  save: () => want('download', share()),
  clip: () => want('play', share()),
  sheet: () => want('expand'),
};
box.addEventListener('click', (event) => actions[event.target.closest('button')?.dataset.do]?.());
box.addEventListener('keydown', (event) => { if (event.key === 'Escape' && stream) closeCamera(); });

view.querySelector('input').setAttribute('aria-label', say('compare_style'));
find('.before').alt = say('before_label');
find('.after').alt = say('after_label');
find('.zoo-styler-clip video').setAttribute('aria-label', say('film_alt'));
watch('answer', () => receive(props.answer));
show();
// The progress stays in view, which it can't in what scrolls: Gradio's frame would, and no style reaches it.
element.closest('.gradio-container').style.overflow = 'clip';
// Nothing is asked before the tab is looked at.
let seen = false;
new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting) { closeCamera(); return; }
  // The tab may have come to the page after the drawing.
  const drawn = document.querySelector('.zoo-sketch .zoo-result img:not([hidden])');
  if (drawn) hear(drawn.src);
  if (!seen) { seen = true; want('select'); }
}, { rootMargin: '200px' }).observe(box);
box.dataset.ready = '';
