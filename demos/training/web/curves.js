// The curves of the runs that are shown: a chart for each panel of the first, with the lines of the other one in it.
import { chart } from '../../shared/web/chart.js';
import { language, make, within } from '../../shared/web/dom.js';

const SHARES = ['opinions', 'agreement'];  // panels of what goes from 0 to 1
const SPANNED = ['losses', 'opinions'];  // panels with what was found wrong

// `shown` are the two runs { id, state }. picked(step): a place on a curve is pointed at.
export function mountCurves(box, shown, { picked }) {
  const { find, all } = within(box), host = find('.zoo-training-charts'), charts = new Map();

  const settings = () => ({
    smoothing: Number(find('[data-set=smoothing]').value),
    logarithmic: find('[data-set=logarithmic]').checked,
    early: find('[data-set=early]').checked,
  });

  function chartOf(key) {
    if (!charts.has(key)) {
      const place = make('figure', { className: 'zoo-chart' });
      host.append(place);
      charts.set(key, { place, ...chart(place, picked) });
    }
    return charts.get(key);
  }

  function draw() {
    const [{ state }, { state: other }] = shown, keys = state.panels.map(({ key }) => key);
    for (const [key, { place }] of charts) {
      if (keys.includes(key)) continue;
      place.remove();
      charts.delete(key);
    }
    const to = Math.max(state.step, other?.step || 0), from = Math.min(state.steps[0] ?? 1, other?.steps[0] ?? Infinity);
    for (const { key, title, lines } of state.panels) {
      const one = chartOf(key), beside = other?.panels.find((panel) => panel.key === key)?.lines || [];
      host.append(one.place);
      one.draw({
        ...settings(),
        title: title[language],
        lines: [
          ...lines.map((line) => ({ ...line, steps: state.steps })),
          ...beside.map((line) => ({ ...line, steps: other.steps, other: true })),
        ],
        from,
        to,
        unit: SHARES.includes(key),
        spans: SPANNED.includes(key) ? state.health.list : [],
        marks: state.marks.filter(({ marked }) => marked),
      });
    }
  }

  for (const field of all('[data-set]')) field.addEventListener('input', () => { if (shown[0].state) draw(); });

  return { draw, at: (step) => { for (const one of charts.values()) one.at(step); } };
}
