// The pictures of the runs that are shown, as a film with a slider: a picture of the first run, and beside it the one of the
// other run that was made last until then.
import { within } from '../../shared/web/dom.js';
import { Pictures } from './runs.js';

const AHEAD = 12, NEXT = 3;  // pictures that are fetched early: while the film plays, and else

// `shown` are the two runs { id, state }. moved(step): another step is looked at; calledOf(id): what people call a run.
export function mountReel(box, say, shown, { moved, calledOf }) {
  const { find, all } = within(box), screens = all('.zoo-training-screens figure');
  const slider = find('.zoo-training-slider input'), pictures = new Pictures();
  let index = 0, isPlaying = false;  // which picture of the first run
  let isDrawing = false, again = false;

  const grids = () => shown[0].state?.grids || [];
  const step = () => grids()[index] ?? shown[0].state?.step ?? 0;
  const end = () => Math.max(0, grids().length - 1);

  async function drawScreen(run, screen, now) {
    const place = screens[screen], canvas = find('canvas', place), caption = find('figcaption', place);
    place.hidden = screen > 0 && !run.id;
    if (!run.state) return;
    const { grids: steps } = run.state, name = calledOf(run.id);
    const of = steps.length ? steps.reduce((found, s) => (s <= now ? s : found), steps[0]) : null;
    caption.textContent = of === null ? `${name}: ${say('watch_none')}` : `${name} · ${of.toLocaleString('en')}`;
    canvas.setAttribute('aria-label', `${say('watch_grid')}: ${caption.textContent}`);
    if (of === null) {
      canvas.width = 1;
      return;
    }
    try {
      const picture = await pictures.get(run, of), { naturalWidth: width, naturalHeight: height } = picture;
      if (shown[screen] !== run) return;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      canvas.getContext('2d').drawImage(picture, 0, 0);
      delete place.dataset.missing;
    } catch {
      place.dataset.missing = say('watch_missing');
    }
  }

  async function draw() {
    if (isDrawing) {
      again = true;
      return;
    }
    isDrawing = true;
    do {
      again = false;
      const now = step();
      await Promise.all(shown.map((run, screen) => drawScreen(run, screen, now)));
      box.dataset.step = now;
    } while (again);
    isDrawing = false;
    for (const next of grids().slice(index + 1, index + (isPlaying ? AHEAD : NEXT))) {
      pictures.get(shown[0], next).catch(() => {});
    }
  }

  function go(to) {
    if (!shown[0].state) return;
    index = Math.min(Math.max(0, to), end());
    slider.value = index;
    slider.setAttribute('aria-valuetext', `${say('watch_step')} ${step()}`);
    find('[data-number=step]').textContent = step().toLocaleString('en');
    moved(step());
    draw();
  }

  // To the picture that is nearest to a step.
  function goNear(at) {
    stop();
    const steps = grids();
    if (steps.length) go(steps.reduce((best, s, i) => (Math.abs(s - at) < Math.abs(steps[best] - at) ? i : best), 0));
  }

  function showLabel() {
    find('[data-do=play]').textContent = isPlaying ? `❚❚ ${say('watch_pause')}` : `▶ ${say('watch_play')}`;
  }

  function stop() {
    isPlaying = false;
    showLabel();
  }

  async function play() {
    const [run] = shown;
    if (!run.state) return;
    isPlaying = !isPlaying;
    showLabel();
    if (isPlaying && index >= run.state.grids.length - 1) go(0);
    while (isPlaying && shown[0] === run && index < run.state.grids.length - 1) {
      const started = performance.now();
      await pictures.get(run, run.state.grids[index + 1]).catch(() => {});
      if (!isPlaying || shown[0] !== run) return;
      go(index + 1);
      const rest = 1000 / Number(find('[data-speed]').value) - (performance.now() - started);
      await new Promise((done) => setTimeout(done, Math.max(0, rest)));
    }
    if (shown[0] === run) stop();
  }

  // The first run has a new state, after `before`: who looks at the last picture stays at the end.
  function renew(before) {
    const atEnd = !before || index >= before.grids.length - 1;
    if (atEnd && !isPlaying) index = end();
    index = Math.min(index, end());
  }

  function jump(to) {
    stop();
    go(to);
  }

  slider.addEventListener('input', () => jump(Number(slider.value)));
  slider.setAttribute('aria-label', say('watch_slider'));
  find('[data-do=first]').setAttribute('aria-label', say('watch_first'));
  find('[data-do=last]').setAttribute('aria-label', say('watch_last'));
  showLabel();

  return {
    play,
    stop,
    jump,
    goNear,
    renew,
    rewind: () => { index = 0; },
    move: (by) => jump(index + by),
    draw() {
      slider.max = end();
      go(index);
    },
  };
}
