// The report beside the pictures and curves of a run: its state, its problems and its events.
import { figure } from '../../shared/web/chart.js';
import { within } from '../../shared/web/dom.js';
import { pathOf } from './runs.js';
import { REMEDIES } from './steering.js';

const FILMS = ['film', 'animation'];

export function mountReport(box, say) {
  const { find } = within(box), now = find('.zoo-training-now'), written = new Map();

  // HTML that is the same stays, and so does what is open in it.
  function write(place, html) {
    if (written.get(place) === html) return;
    place.innerHTML = html;
    written.set(place, html);
  }

  function duration(seconds) {
    const [size, unit] = seconds < 90 ? [1, 'seconds'] : seconds < 5400 ? [60, 'minutes'] : [3600, 'hours'];
    return `${size < 3600 ? Math.round(seconds / size) : (seconds / size).toFixed(1)} ${say(`unit_${unit}`)}`;
  }

  function phase({ followed, alive, left, phase: name }) {
    if (followed) return say('phase_elsewhere');
    if (!alive || left === null || name !== 'running') return say(`phase_${name}`);
    return `${say('phase_running')} · ${say('time_left', { time: duration(left) })}`;
  }

  // A piece of advice. What can be done to a run that goes on is a button, which shows if the visitor may do it.
  function advised([code, said]) {
    const act = code in REMEDIES ? ` <button type="button" class="zoo-act" data-advice="${code}">${say('health_do')}</button>` : '';
    return `<li>${said}${act}</li>`;
  }

  function finding({ since, until, fatal, title, when, story, advice, evidence }, isFirst) {
    const kind = until !== null ? 'over' : fatal ? 'fatal' : '', open = isFirst && until === null ? ' open' : '';
    const rows = evidence.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`);
    return `<article class="${kind}">
      <button type="button" data-since="${since}"><b>${title}</b> <small>${when}</small></button><p>${story}</p>
      <details${open}><summary>${say('health_advice')}</summary>
        <ul>${advice.map(advised).join('')}</ul><dl>${rows.join('')}</dl></details></article>`;
  }

  function showHealth({ health: { light, list }, why }) {
    find('.light').dataset.light = light;
    find('.light b').textContent = say(`light_${light}`);
    find('.well').hidden = light !== 'green' || list.length > 0;
    find('.early').hidden = light !== 'none';
    const ended = why ? `<article class="fatal"><p>${why}</p></article>` : '';
    write(find('.zoo-training-health > div'), ended + list.map((one, i) => finding(one, i === 0)).join(''));
  }

  function showMarks({ marks, grids, health: { list } }) {
    const rows = marks.map(({ step, said }) => (
      `<li><button type="button" data-since="${step}">${step.toLocaleString('en')}</button> ${said}</li>`
    ));
    write(find('.zoo-training-marks ol'), rows.join(''));
    find('.zoo-training-marks').hidden = !marks.length;
    // Above the slider, what happened stands where the picture of it is.
    const place = (at) => (100 * Math.max(0, grids.findLastIndex((s) => s <= at))) / Math.max(1, grids.length - 1);
    const spans = list.map(({ since, until, fatal }) => {
      const left = place(since), width = place(until ?? Infinity) - left;
      return `<i class="${fatal ? 'fatal' : ''}" style="left:${left}%;width:max(4px, ${width}%)"></i>`;
    });
    const lines = marks.filter(({ marked }) => marked).map(({ step }) => `<u style="left:${place(step)}%"></u>`);
    write(find('.zoo-training-slider div'), [...spans, ...lines].join(''));
  }

  return function show(id, state) {
    const { rate, images } = state;
    find('.phase', now).textContent = phase(state);
    now.dataset.phase = state.phase;
    const fields = { images: images.toLocaleString('en'), rate: figure(rate) };
    find('.numbers', now).textContent = rate ? say('numbers', fields) : '';
    for (const kind of FILMS) {
      Object.assign(find(`[data-${kind}]`), { href: `${pathOf(id)}/${kind}`, hidden: state.grids.length < 2 });
    }
    find('.zoo-training-code p').textContent = say('watch_codes', { codes: state.name });
    showHealth(state);
    showMarks(state);
  };
}
