// A room to draw in: a canvas, or a photograph, and the picture that the network makes of it while the pen moves.
import { Drawing, SIDE } from './canvas.js';
import { brushName, button, complaints, make, newest, saver, say, showTime } from './page_parts.js';
import { asInput, asPixels } from './pictures.js';

const BLACK = '#000000';
// The longest side of a photograph, where a network takes pictures of any size.
const MOST = 512;

export async function drawing(place, network, about) {
  const { name, mode, size, palette, brushes, ground, multiple, latent } = about, isPhoto = mode === 'photo' || mode === 'hole';
  const sheet = new Drawing({ ground, flat: mode === 'labels' });
  const paper = make('canvas', { className: 'paper', width: SIDE, height: SIDE, 'aria-label': say('canvas'), tabIndex: 0 });
  const result = make('canvas', { className: 'result', width: size, height: size });
  const took = make('p', { className: 'took', role: 'status' }), trouble = complaints();
  const width = make('input', { type: 'range', min: 1, max: 20, step: 0.5, value: { lines: 3, labels: 12, colours: 10, hole: 12 }[mode] ?? 3 });
  const colours = [...mode === 'lines' ? [BLACK] : [], ...palette];
  let colour = colours.find((one) => one !== ground), whole = null, pointer = null, stroke = null;

  function show() {
    const view = paper.getContext('2d');
    view.fillStyle = ground;
    view.fillRect(0, 0, SIDE, SIDE);
    for (const each of [sheet.hints, sheet.ink]) view.drawImage(each.canvas, 0, 0);
    undo.disabled = !sheet.done.length;
  }

  // A photograph of any size goes through whole; a drawing, and what a pen has touched, at the size of the network.
  const pixels = () => whole || sheet.pixels(size);

  const draw = newest(async () => {
    const image = pixels();
    if (!image) {
      result.getContext('2d').clearRect(0, 0, result.width, result.height);
      return;
    }
    const z = latent ? { z: { data: new Float32Array(latent), dims: [1, latent] } } : {};
    const answer = await network.run({ images: asInput(image), ...z }), made = asPixels(answer);
    Object.assign(result, { width: made.width, height: made.height });
    result.getContext('2d').putImageData(made, 0, 0);
    showTime(took, answer.milliseconds);
  }, trouble);

  function changed() {
    show();
    draw();
  }

  const undo = button(() => { sheet.undo(); whole = null; changed(); }, say('undo'));
  const clear = button(() => { sheet.add({ tool: 'clear' }); whole = null; changed(); }, say('clear'));

  function swatch(one) {
    const made = button(() => {
      colour = one;
      for (const other of swatches) other.setAttribute('aria-pressed', other === made);
    });
    const label = one ? brushName(brushes[one] || one) : say('erase');
    made.className = one ? 'swatch' : '';
    if (one) made.style.setProperty('--colour', one);
    else made.append(label);
    made.title = label;
    made.setAttribute('aria-label', label);
    made.setAttribute('aria-pressed', one === colour);
    return made;
  }

  const swatches = colours.length ? [...colours, ...mode === 'labels' ? [] : [null]].map(swatch) : [];

  const pointAt = (event) => {
    const box = paper.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * SIDE, (event.clientY - box.top) / box.height * SIDE, 1];
  };

  if (colours.length) {
    paper.addEventListener('pointerdown', (event) => {
      if (pointer !== null || event.button) return;
      pointer = event.pointerId;
      paper.setPointerCapture(pointer);
      whole = null;
      stroke = { colour: colour || BLACK, hint: mode === 'lines' && colour !== BLACK, width: Number(width.value) * SIDE / size };
      sheet.begin({ tool: colour ? 'pen' : 'eraser', points: [pointAt(event)], ...stroke });
      changed();
    });
    paper.addEventListener('pointermove', (event) => {
      if (event.pointerId !== pointer) return;
      for (const one of event.getCoalescedEvents?.() ?? [event]) sheet.extend(pointAt(one));
      changed();
    });
    for (const end of ['pointerup', 'pointercancel']) {
      paper.addEventListener(end, (event) => {
        if (event.pointerId !== pointer) return;
        pointer = null;
        sheet.end();
        changed();
      });
    }
  }

  async function bring(file) {
    trouble.textContent = '';
    const url = URL.createObjectURL(file);
    try {
      await sheet.read(url);
    } catch {
      trouble.textContent = say('no_picture');
      return;
    }
    const picture = sheet.pictures.get(url);
    if (multiple) {
      const scale = Math.min(1, MOST / Math.max(picture.width, picture.height));
      const sides = [picture.width, picture.height].map((side) => Math.max(16, Math.round(side * scale / multiple) * multiple));
      whole = scaled(picture, ...sides);
      Object.assign(paper, { width: sides[0], height: sides[1] });
      paper.getContext('2d').putImageData(whole, 0, 0);
      undo.disabled = true;
      draw();
      return;
    }
    // The middle of the photograph, as a square.
    const side = Math.min(picture.width, picture.height), square = make('canvas', { width: SIDE, height: SIDE });
    const view = square.getContext('2d');
    Object.assign(view, { imageSmoothingQuality: 'high' });
    view.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
    sheet.pictures.set(url, square);
    sheet.add({ tool: 'picture', source: url });
    changed();
  }

  function scaled(picture, across, down) {
    const view = make('canvas', { width: across, height: down }).getContext('2d');
    Object.assign(view, { imageSmoothingQuality: 'high' });
    view.drawImage(picture, 0, 0, across, down);
    return view.getImageData(0, 0, across, down);
  }

  const file = make('input', { type: 'file', accept: 'image/*' });
  file.addEventListener('change', () => { if (file.files[0]) bring(file.files[0]); file.value = ''; });
  const hint = { photo: 'photo_hint', hole: 'hole_hint' }[mode] || 'draw_hint';
  const tools = [
    ...swatches, ...swatches.length ? [make('label', {}, say('width'), width), undo, clear] : [],
    ...mode === 'lines' ? [] : [make('label', { className: 'file' }, file, say('choose'))],
  ];
  place.append(
    make('p', { className: 'hint' }, say(hint)), make('div', { className: 'tools' }, ...tools), trouble,
    make('div', { className: 'bench' },
      make('section', {}, make('h3', {}, say(isPhoto ? 'photo' : 'yours')), paper),
      make('section', {}, make('h3', {}, say('made')), result, took, saver(result, name))),
  );
  show();
}
