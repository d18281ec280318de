// The Dance tab. Each event carries a request, { n, model, clip | poses, steps, layers }; props.answer: what there is to say to it so
// far, under the same n, each time all of it; with `last` it is complete.
const box = element.querySelector('.zoo-dance'), find = (css) => box.querySelector(css), all = (css) => [...box.querySelectorAll(css)];
const language = window.ganZooLanguage || 'en', say = (key) => props.labels[key][language], patience = 120000;
const { size, bones, hung, parts, gap, hand, foot, places: reach } = props.tables, [mostPoses] = props.most;

// Asking: one request at a time. What is asked meanwhile waits; a film that it makes pointless ends.
const ORDER = ['select', 'play', 'download'];
const model = find('select'), layers = find('.zoo-dance-layers input');
let n = 0, busy = 0, asked = '', wanted = {}, timer = 0, film = null;

function want(event, request = {}) {
  if (event === 'play') request = film = { ...request, layers: layers.checked };
  wanted[event] = request;
  if (asked === 'play' && event === 'play') stop();
  if (!busy) next();
}

function next() {
  clearTimeout(timer);
  busy = 0;
  asked = ORDER.find((event) => wanted[event]) || '';
  find('[data-do=stop]').hidden = asked !== 'play';
  if (!asked) { box.dataset.settled = n; return; }
  const request = wanted[asked];
  delete wanted[asked];
  delete box.dataset.settled;
  busy = n += 1;
  if (asked === 'play') lose();
  trigger(asked, { request: { n, model: model.value, ...request } });
  wait();
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => { stop(); complain(say('dance_lost')); next(); }, patience);  // an answer can get lost
}

function stop() { if (busy) trigger('stop', { request: { n: busy } }); }

function complain(text) {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = text;
  find('.zoo-trouble').replaceChildren(line);
}

function receive(answer) {
  if (!answer || answer.n !== busy) return;
  if (answer.trouble || asked === 'play') find('.zoo-trouble').innerHTML = answer.trouble;
  ({ select: offer, play: show, download: saved })[asked](answer);
  if (answer.last) next(); else wait();
}

// The clips to choose from.
function offer(answer) {
  if (!answer.clips) return;
  find('.zoo-dance-clips').replaceChildren(...answer.clips.map(({ name, picture }, i) => {
    const button = document.createElement('button'), image = document.createElement('img');
    button.type = 'button';
    button.setAttribute('aria-pressed', i === 0);
    button.setAttribute('aria-label', say('dance_film').replace('{n}', i + 1));
    Object.assign(image, { src: picture, alt: '' });
    button.append(image);
    button.addEventListener('click', () => {
      all('.zoo-dance-clips button').forEach((other) => other.setAttribute('aria-pressed', other === button));
      want('play', { clip: name });
    });
    return button;
  }));
  if (answer.clips.length) want('play', { clip: answer.clips[0].name });
}

// The film: a strip of panels for each frame, which the page plays round and round as soon as there are two.
let strips = [], panels = [], at = 0, playing = !matchMedia('(prefers-reduced-motion: reduce)').matches, last = 0;
const slider = find('.zoo-dance-controls input'), change = find('.zoo-dance-change input');
slider.setAttribute('aria-label', say('dance_frame'));

function lose() {
  strips = [];
  at = box.dataset.frames = 0;
  find('[data-do=save]').disabled = true;
  find('.zoo-dance-said').innerHTML = '';
  find('.zoo-dance-figures').innerHTML = '';
}

function show(answer) {
  if (answer.panels && answer.panels.join() !== panels.join()) layOut(answer.panels);
  for (const url of (answer.frames || []).slice(strips.length)) {
    const strip = new Image();
    strip.src = url;
    strip.onload = () => { if (strips.indexOf(strip) === at) draw(); };
    strips.push(strip);
  }
  if (answer.of) slider.max = answer.of - 1;
  box.dataset.frames = strips.length;
  if (!answer.ready) return;
  find('.zoo-dance-said').innerHTML = answer.said;
  find('.zoo-dance-figures').innerHTML = answer.figures;
  find('[data-do=save]').disabled = false;
}

function layOut(names) {
  panels = names;
  find('.zoo-dance-panels').replaceChildren(...names.map((name) => {
    const figure = document.createElement('figure'), canvas = document.createElement('canvas'), caption = document.createElement('figcaption');
    Object.assign(canvas, { width: size, height: size });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', say(`dance_panel_${name}`));
    caption.textContent = say(`dance_panel_${name}`);
    figure.append(canvas, caption);
    return figure;
  }));
}

function draw() {
  const strip = strips[at], before = strips[(at || strips.length) - 1];
  if (!strip || !strip.complete || !strip.naturalWidth) return;
  slider.value = at;
  const side = strip.naturalHeight;
  all('.zoo-dance-panels canvas').forEach((canvas, i) => {
    if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
    const pen = canvas.getContext('2d'), put = (image) => pen.drawImage(image, i * side, 0, side, side, 0, 0, side, side);
    pen.globalCompositeOperation = 'copy';
    put(strip);
    if (!change.checked || !before.complete || at === 0) return;
    pen.globalCompositeOperation = 'difference';
    put(before);
    pen.globalCompositeOperation = 'lighter';  // twice as bright, and again
    pen.drawImage(canvas, 0, 0);
    pen.drawImage(canvas, 0, 0);
  });
}

function tick(now) {
  if (!element.isConnected) return;
  if (playing && strips.length > 1 && box.offsetParent && now - last >= 1000 / props.rate - 4) {
    last = now;
    at = (at + 1) % strips.length;
    draw();
  }
  requestAnimationFrame(tick);
}

function showPlaying() { find('[data-do=play]').textContent = say(playing ? 'dance_pause' : 'dance_play'); }

async function saved(answer) {
  if (!answer.file || !answer.last) return;
  const content = await (await fetch(answer.file)).blob(), a = document.createElement('a');
  Object.assign(a, { href: URL.createObjectURL(content), download: 'dance.mp4' });
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60000);
}

// The puppet: a pose is x, y of the hips and an angle for each bone, as puppet.py has it.
const radians = (degrees) => degrees * Math.PI / 180, degrees = (dx, dy) => Math.atan2(dx, dy) * 180 / Math.PI;
const boneTo = (joint) => bones.findIndex(([, end]) => end === joint);
let poses = props.dances[0].map((pose) => [...pose]), current = 0;

function jointsOf(pose) {
  const at = { hips: [pose[0], pose[1]] }, lean = radians(pose[2] - 180);
  bones.forEach(([start, end, length], i) => {
    if (!at[start]) {
      const [on, right, down, turns] = hung[start], sine = turns ? Math.sin(lean) : 0, cosine = turns ? Math.cos(lean) : 1;
      at[start] = [at[on][0] + cosine * right + sine * down, at[on][1] - sine * right + cosine * down];
    }
    const angle = radians(pose[i + 2]);
    at[end] = [at[start][0] + length * Math.sin(angle), at[start][1] + length * Math.cos(angle)];
  });
  return at;
}

function paint(canvas, pose) {
  const pen = canvas.getContext('2d'), at = jointsOf(pose), scale = canvas.width / size;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, size, size);
  pen.lineCap = 'round';
  for (const [shape, joint, measure, colour] of parts) {
    pen.fillStyle = pen.strokeStyle = colour;
    pen.beginPath();
    const [x, y] = at[joint];
    if (shape === 'disc') {
      pen.arc(x, y, measure, 0, 7);
      pen.fill();
      continue;
    }
    const [start, , length] = bones[boneTo(joint)], [u, v] = at[start], dx = (x - u) / length, dy = (y - v) / length;
    if (shape === 'limb') {
      const short = gap + measure / 2, end = length - short - (joint.startsWith('hand') ? hand : 0);
      pen.lineWidth = measure;
      pen.moveTo(u + dx * short, v + dy * short);
      pen.lineTo(u + dx * end, v + dy * end);
      pen.stroke();
    } else {
      for (const [s, t] of foot) {
        pen.lineTo(x + measure * (dy * s + dx * t), y + measure * (dy * t - dx * s));
      }
      pen.fill();
    }
  }
}

// A joint moves to a place as far as its bones let it: hands and feet take elbow and knee along, which keep to their side.
function move(pose, joint, x, y) {
  const at = jointsOf(pose), i = boneTo(joint), within = (value) => Math.min(reach[1], Math.max(reach[0], value));
  if (joint === 'hips') { pose[0] = within(x); pose[1] = within(y); return; }
  const [start, , lower] = bones[i], middle = boneTo(start);
  if (!/^(hand|foot)/.test(joint)) {
    const turned = degrees(x - at[start][0], y - at[start][1]);
    if (joint === 'chest') pose[i + 3] += turned - pose[i + 2];  // the head goes along
    pose[i + 2] = turned;
    return;
  }
  const [root, , upper] = bones[middle], dx = x - at[root][0], dy = y - at[root][1];
  const far = Math.min(upper + lower - 0.01, Math.max(Math.abs(upper - lower) + 0.01, Math.hypot(dx, dy)));
  const bend = Math.sin(radians(pose[i + 2] - pose[middle + 2])) < 0 ? -1 : 1;
  const inner = Math.acos((upper ** 2 + far ** 2 - lower ** 2) / (2 * upper * far)), outer = Math.acos((lower ** 2 + far ** 2 - upper ** 2) / (2 * lower * far));
  pose[middle + 2] = degrees(dx, dy) - bend * inner * 180 / Math.PI;
  pose[i + 2] = degrees(dx, dy) + bend * outer * 180 / Math.PI;
}

const canvas = find('.zoo-dance-puppet canvas'), keys = find('.zoo-dance-keys'), steps = find('.zoo-dance-steps input');
Object.assign(canvas, { width: size * 4, height: size * 4 });
const handles = Object.entries(props.joints).map(([joint, name]) => {
  const handle = document.createElement('button');
  handle.type = 'button';
  handle.dataset.joint = joint;
  handle.setAttribute('aria-label', say('dance_joint').replace('{name}', name[language]));
  canvas.after(handle);
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [(event.clientX - frame.left) * size / frame.width, (event.clientY - frame.top) * size / frame.height];
  };
  handle.addEventListener('pointerdown', (event) => { handle.setPointerCapture(event.pointerId); });
  handle.addEventListener('pointermove', (event) => {
    if (handle.hasPointerCapture(event.pointerId)) { move(poses[current], joint, ...place(event)); showPose(); }
  });
  handle.addEventListener('keydown', (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [x, y] = jointsOf(poses[current])[joint], far = event.shiftKey ? 8 : 2;
    move(poses[current], joint, x + way[0] * far, y + way[1] * far);
    showPose();
  });
  return handle;
});

function showPose() {
  paint(canvas, poses[current]);
  const at = jointsOf(poses[current]);
  for (const handle of handles) {
    const [x, y] = at[handle.dataset.joint];
    handle.style.left = `${Math.min(98, Math.max(2, 100 * x / size))}%`;
    handle.style.top = `${Math.min(98, Math.max(2, 100 * y / size))}%`;
  }
  const small = keys.children[current]?.querySelector('canvas');
  if (small) paint(small, poses[current]);
}

function showKeys() {
  keys.replaceChildren(...poses.map((pose, i) => {
    const item = document.createElement('li'), button = document.createElement('button'), small = document.createElement('canvas');
    Object.assign(small, { width: size, height: size });
    paint(small, pose);
    button.type = 'button';
    button.setAttribute('aria-label', say('dance_pose').replace('{n}', i + 1));
    button.setAttribute('aria-pressed', i === current);
    button.append(small);
    button.addEventListener('click', () => { current = i; showKeys(); keys.children[i].querySelector('button').focus(); });
    item.append(button);
    return item;
  }));
  find('[data-do=add]').disabled = poses.length >= mostPoses;
  find('[data-do=drop]').disabled = poses.length === 1;
  find('output').textContent = steps.value;
  showPose();
}

const dance = () => want('play', { poses, steps: Number(steps.value) });
const DO = {
  add: () => { poses.splice(current + 1, 0, [...poses[current]]); current += 1; showKeys(); },
  drop: () => { poses.splice(current, 1); current = Math.min(current, poses.length - 1); showKeys(); },
  dance,
  play: () => { playing = !playing; showPlaying(); },
  stop,
  save: () => want('download'),
};
box.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do], [data-dance]');
  if (!button) return;
  if (button.dataset.do) { DO[button.dataset.do](); return; }
  poses = props.dances[button.dataset.dance].map((pose) => [...pose]);
  current = 0;
  showKeys();
  dance();
});
find('.zoo-dance-what').addEventListener('change', (event) => {
  all('[data-for]').forEach((part) => { part.hidden = part.dataset.for !== event.target.value; });
});
steps.addEventListener('input', () => { find('output').textContent = steps.value; });
slider.addEventListener('input', () => {
  at = Math.min(Number(slider.value), strips.length - 1);
  playing = false;
  showPlaying();
  draw();
});
change.addEventListener('change', draw);
layers.addEventListener('change', () => { if (film) want('play', film); });

model.replaceChildren(...props.models.map((name) => new Option(name)));
model.parentElement.hidden = props.models.length === 1;
model.addEventListener('change', () => want('select'));

watch('answer', () => receive(props.answer));
showKeys();
showPlaying();
requestAnimationFrame(tick);
// What nobody looks at isn't computed.
new IntersectionObserver(([entry], observer) => {
  if (entry.isIntersecting) { observer.disconnect(); want('select'); }
}).observe(box);
