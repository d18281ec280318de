// Curves over the steps of a training, as SVG. Colours come from the style sheet: a line has the class of its role.
import { language, make } from './dom.js';

const HEIGHT = 190, LEFT = 52, RIGHT = 12, TOP = 10, BOTTOM = 24;
const NARROW = 420;

function svg(name, attributes, parent) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

// A number in few digits.
export function figure(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  if (size >= 100) return value.toFixed(0);
  if (size >= 1) return value.toFixed(2);
  if (size >= 0.001 || !size) return String(Number(value.toPrecision(3)));
  return value.toExponential(1);
}

// A moving average that owes nothing to where it began.
function smoothed(values, amount) {
  if (!amount) return values;
  let mean = 0, weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = amount * mean + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    return mean / weight;
  });
}

// About `count` round numbers between two.
function ticks(low, high, logarithmic, count) {
  const found = [];
  if (logarithmic) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / count));
    for (let power = first; power <= last; power += every) found.push(10 ** power);
    return found.length > 1 ? found : [low, high];
  }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough) || rough;
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-6; at += step) {
    found.push(Math.abs(at) < step / 1e6 ? 0 : at);
  }
  return found;
}

// The values between which some curves lie, and whether they are drawn by their logarithms.
function extent(curves, { unit, smoothing, ...what }) {
  if (unit) return { least: 0, most: 1, logarithmic: false };
  const known = curves.flatMap(({ values, low, high }) => [...values, ...(smoothing ? [] : [...(low || []), ...(high || [])])])
    .filter((value) => value !== null);
  const logarithmic = what.logarithmic && known.every((value) => value > 0);
  let least = known.reduce((a, b) => Math.min(a, b), Infinity), most = known.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least > most) [least, most] = [0, 1];
  if (!logarithmic && least > 0 && least < most / 2) least = 0;
  if (most - least < 1e-12 + Math.abs(most) * 1e-6) {
    if (logarithmic) [least, most] = [least / 2, most * 2];
    else [least, most] = [least - Math.abs(least) / 2 - 1e-9, most + Math.abs(most) / 2 + 1e-9];
  }
  return { least, most, logarithmic };
}

// The steps from the left to the right of a drawing, and where each of them is, from 0 to 1.
function stretch({ from, to, early }) {
  const start = Math.max(1, from), end = Math.max(start + 1, to);
  if (early) {
    const whole = Math.log(end / start);
    return { start, end, share: (s) => Math.log(Math.max(1, s) / start) / whole, stepAt: (x) => start * (end / start) ** x };
  }
  return { start, end, share: (s) => (s - start) / (end - start), stepAt: (x) => start + (end - start) * x };
}

// A step in few digits.
const short = (step) => (step >= 10000 ? `${figure(step / 1000).replace(/\.?0+$/, '')}k` : String(Math.round(step)));

// A drawing of some lines on `host`. draw() takes { title, lines, from, to, early, logarithmic, smoothing, unit, spans,
// marks }: a line has { label, role, steps, mean, low, high, other }; `unit` means that it goes from 0 to 1. at() moves the
// cursor to a step; a click or a drag calls `pick` with one.
export function chart(host, pick = null) {
  const title = make('b'), legend = make('span'), drawing = svg('svg', { role: 'img' });
  host.replaceChildren(make('figcaption', {}, title, legend), drawing);
  let last = null, step = null, width = 0;
  const across = (s) => LEFT + (width - LEFT - RIGHT) * Math.min(1, Math.max(0, last.share(s)));

  function draw(what) {
    last = { ...what, ...stretch(what) };
    width = host.clientWidth;
    if (!width) return;
    drawing.replaceChildren();
    drawing.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    drawing.setAttribute('aria-label', what.title);
    title.textContent = what.title;
    const curves = last.curves = what.lines.map((line) => ({ ...line, values: smoothed(line.mean, what.smoothing) }));
    const { least, most, logarithmic } = extent(curves, what);
    const up = (value) => {
      const share = logarithmic ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
      return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
    };
    const bounded = (value) => (value === null ? null : Math.min(most, Math.max(least, value)));
    drawFrame(ticks(least, most, logarithmic, 4), up);
    for (const curve of curves) drawCurve(curve, up, bounded);
    svg('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM }, drawing);
    // A line that is called like its drawing needs no name of its own.
    const named = ({ label }) => (label[language] === what.title ? '' : `${label[language]} `);
    legend.replaceChildren(...curves.map((curve) => (
      make('span', { className: `${curve.role}${curve.other ? ' other' : ''}` }, make('i'), named(curve), make('b'))
    )));
    at(step);
  }

  // All that stands behind the curves.
  function drawFrame(values, up) {
    const { start, end, early, spans = [], marks = [] } = last;
    for (const { since, until, fatal } of spans) {
      const x = across(since), reach = Math.max(2, across(until ?? end) - x);
      svg('rect', { class: fatal ? 'span fatal' : 'span', x, y: TOP, width: reach, height: HEIGHT - TOP - BOTTOM }, drawing);
    }
    for (const value of values) {
      svg('line', { class: 'rule', x1: LEFT, x2: width - RIGHT, y1: up(value), y2: up(value) }, drawing);
      svg('text', { x: LEFT - 8, y: up(value) + 4, 'text-anchor': 'end' }, drawing).textContent = figure(value);
    }
    for (const value of ticks(start, end, early, width < NARROW ? 3 : 5).filter(Number.isInteger)) {
      const place = { x: Math.min(across(value), width - 24), y: HEIGHT - 6, 'text-anchor': 'middle' };
      svg('text', place, drawing).textContent = short(value);
    }
    for (const mark of marks) {
      const x = across(mark.step);
      svg('line', { class: 'mark', x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }, drawing);
    }
  }

  function drawCurve({ role, steps, mean, low, high, values, other }, up, bounded) {
    const place = (s, value) => `${across(s).toFixed(1)} ${up(value).toFixed(1)}`;
    const trace = (points) => {
      let path = '', gap = true;
      points.forEach((value, i) => {
        if (value !== null) path += `${gap ? 'M' : 'L'}${place(steps[i], value)}`;
        gap = value === null;
      });
      return path;
    };
    if (low && !other) {
      const there = steps.map((_, i) => i).filter((i) => low[i] !== null);
      const edge = [...there.map((i) => [steps[i], high[i]]), ...there.reverse().map((i) => [steps[i], low[i]])];
      const path = edge.map(([s, value]) => place(s, bounded(value))).join('L');
      svg('path', { class: `band ${role}`, d: `M${path}Z` }, drawing);
    } else if (last.smoothing && !other) {
      svg('path', { class: `raw ${role}`, d: trace(mean.map(bounded)) }, drawing);
    }
    svg('path', { class: `curve ${role}${other ? ' other' : ''}`, d: trace(values) }, drawing);
  }

  function at(to) {
    step = to;
    show(step);
  }

  function show(now) {
    const cursor = drawing.querySelector('.cursor');
    if (!cursor || now === null || !width) return;
    cursor.setAttribute('x1', across(now));
    cursor.setAttribute('x2', across(now));
    last.curves.forEach(({ steps, values }, i) => {
      let k = steps.findIndex((s) => s >= now);
      if (k < 0) k = steps.length - 1;
      legend.children[i].querySelector('b').textContent = figure(values[k]);
    });
  }

  // The step that a pointer is at.
  function stepUnder(event) {
    const box = drawing.getBoundingClientRect(), x = (event.clientX - box.left) * (width / box.width);
    return last.stepAt(Math.min(1, Math.max(0, (x - LEFT) / (width - LEFT - RIGHT))));
  }

  if (pick) {
    drawing.addEventListener('pointerdown', (event) => {
      drawing.setPointerCapture(event.pointerId);
      if (last) pick(stepUnder(event));
    });
    drawing.addEventListener('pointermove', (event) => {
      if (!last) return;
      if (drawing.hasPointerCapture(event.pointerId)) pick(stepUnder(event));
      else if (event.pointerType === 'mouse') show(stepUnder(event));
    });
  }
  drawing.addEventListener('pointerleave', () => show(step));
  new ResizeObserver(() => { if (last && host.clientWidth !== width) draw(last); }).observe(host);
  return { draw, at };
}
