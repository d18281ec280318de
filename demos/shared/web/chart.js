// Curves over the steps of a training, as SVG. Colours come from the style sheet: a line has the class of its role.
const FRAME = { left: 52, right: 12, top: 10, bottom: 24, height: 190 };

function svg(name, attributes, parent) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

function figure(value) {
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

function ticks(low, high, logarithmic, count) {
  if (logarithmic) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9), found = [];
    const every = Math.max(1, Math.ceil((last - first + 1) / count));
    for (let power = first; power <= last; power += every) found.push(10 ** power);
    return found.length > 1 ? found : [low, high];
  }
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough) || rough, found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-6; at += step) found.push(Math.abs(at) < step / 1e6 ? 0 : at);
  return found;
}

// A drawing of some lines on `host`. draw() takes { title, lines, from, to, early, logarithmic, smoothing, unit, spans,
// marks }: a line has { label, role, steps, mean, low, high, other }; `unit` means that it goes from 0 to 1. at() moves the
// cursor to a step; a click or a drag calls `pick` with one.
function chart(host, language, pick = null) {
  host.innerHTML = '<figcaption><b></b><span></span></figcaption>';
  const [title, legend] = host.querySelectorAll('figcaption > *'), drawing = svg('svg', { role: 'img' });
  host.append(drawing);
  let last = null, step = null, across = null, width = 0;
  const draw = (what) => {
    last = what;
    width = host.clientWidth;
    if (!width) return;
    const { lines, from, to, early, spans = [], marks = [] } = what, { left, right, top, bottom, height } = FRAME;
    drawing.replaceChildren();
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    drawing.setAttribute('aria-label', what.title);
    title.textContent = what.title;
    const curves = lines.map((line) => ({ ...line, values: smoothed(line.mean, what.smoothing) }));
    const known = curves.flatMap(({ values, low, high }) => [...values, ...(what.smoothing ? [] : [...(low || []), ...(high || [])])])
      .filter((value) => value !== null);
    const logarithmic = what.logarithmic && !what.unit && known.every((value) => value > 0);
    let [least, most] = what.unit ? [0, 1] : [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
    if (least > most) [least, most] = [0, 1];
    if (!logarithmic && !what.unit && least > 0 && least < most / 2) least = 0;
    if (most - least < 1e-12 + Math.abs(most) * 1e-6) [least, most] = logarithmic ? [least / 2, most * 2] : [least - Math.abs(least) / 2 - 1e-9, most + Math.abs(most) / 2 + 1e-9];
    const start = Math.max(1, from), end = Math.max(start + 1, to), stretch = (s) => (early ? Math.log(Math.max(1, s) / start) / Math.log(end / start) : (s - start) / (end - start));
    across = (s) => left + (width - left - right) * Math.min(1, Math.max(0, stretch(s)));
    const up = (value) => {
      const share = logarithmic ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
      return height - bottom - (height - top - bottom) * share;
    };
    for (const { since, until, fatal } of spans) {
      const x = across(since);
      svg('rect', { class: fatal ? 'span fatal' : 'span', x, y: top, width: Math.max(2, across(until ?? end) - x), height: height - top - bottom }, drawing);
    }
    for (const value of ticks(least, most, logarithmic, 4)) {
      svg('line', { class: 'rule', x1: left, x2: width - right, y1: up(value), y2: up(value) }, drawing);
      svg('text', { x: left - 8, y: up(value) + 4, 'text-anchor': 'end' }, drawing).textContent = figure(value);
    }
    for (const value of ticks(start, end, early, width < 420 ? 3 : 5).filter(Number.isInteger)) {
      svg('text', { x: Math.min(across(value), width - 24), y: height - 6, 'text-anchor': 'middle' }, drawing).textContent = value >= 10000 ? `${figure(value / 1000).replace(/\.?0+$/, '')}k` : String(Math.round(value));
    }
    for (const mark of marks) svg('line', { class: 'mark', x1: across(mark.step), x2: across(mark.step), y1: top, y2: height - bottom }, drawing);
    for (const { role, steps, mean, low, high, values, other } of curves) {
      const trace = (points) => {
        let path = '', gap = true;
        points.forEach((value, i) => {
          if (value === null) { gap = true; return; }
          path += `${gap ? 'M' : 'L'}${across(steps[i]).toFixed(1)} ${up(value).toFixed(1)}`;
          gap = false;
        });
        return path;
      };
      if (low && !other) {
        const there = steps.map((_, i) => i).filter((i) => low[i] !== null);
        const edge = [...there.map((i) => [steps[i], high[i]]), ...there.reverse().map((i) => [steps[i], low[i]])];
        svg('path', { class: `band ${role}`, d: `M${edge.map(([s, value]) => `${across(s).toFixed(1)} ${up(Math.min(most, Math.max(least, value))).toFixed(1)}`).join('L')}Z` }, drawing);
      } else if (what.smoothing && !other) svg('path', { class: `raw ${role}`, d: trace(mean.map((value) => (value === null ? null : Math.min(most, Math.max(least, value))))) }, drawing);
      svg('path', { class: `curve ${role}${other ? ' other' : ''}`, d: trace(values) }, drawing);
    }
    svg('line', { class: 'cursor', y1: top, y2: height - bottom }, drawing);
    legend.replaceChildren(...curves.map(({ label, role, other }) => {
      const entry = document.createElement('span');
      entry.className = `${role}${other ? ' other' : ''}`;
      entry.append(document.createElement('i'), `${label[language]} `, document.createElement('b'));
      return entry;
    }));
    last.curves = curves;
    at(step);
  };
  const at = (to) => {
    step = to;
    const cursor = drawing.querySelector('.cursor');
    if (!cursor || step === null) return;
    cursor.setAttribute('x1', across(step));
    cursor.setAttribute('x2', across(step));
    last.curves.forEach(({ steps, values }, i) => {
      let k = steps.findIndex((s) => s >= step);
      if (k < 0) k = steps.length - 1;
      legend.children[i].querySelector('b').textContent = figure(values[k]);
    });
  };
  const point = (event) => {
    if (!last || !pick) return;
    const { left, right } = FRAME, box = drawing.getBoundingClientRect(), start = Math.max(1, last.from), end = Math.max(start + 1, last.to);
    const share = Math.min(1, Math.max(0, ((event.clientX - box.left) * (width / box.width) - left) / (width - left - right)));
    return last.early ? start * (end / start) ** share : start + (end - start) * share;
  };
  drawing.addEventListener('pointerdown', (event) => { if (pick) { drawing.setPointerCapture(event.pointerId); pick(point(event)); } });
  drawing.addEventListener('pointermove', (event) => {
    if (!pick || !last) return;
    if (drawing.hasPointerCapture(event.pointerId)) pick(point(event));
    else if (event.pointerType === 'mouse') { const kept = step; at(point(event)); step = kept; }
  });
  drawing.addEventListener('pointerleave', () => at(step));
  new ResizeObserver(() => { if (last && host.clientWidth !== width) draw(last); }).observe(host);
  return { draw, at };
}
