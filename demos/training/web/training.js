// The Training tab: runs to watch, and trainings to start and steer.
// Events: `knock`, `unlock`, `start` (the fields of the form), `steer` { do, name, rates, updates, weight }, `follow`
// { repository }, `publish` { name }, `push` { name, repository, private }, `plan_own` and `start_own` { set, model, starter, size,
// minutes }, each with a `password`.
import { sayer } from '../../shared/web/dom.js';
import { mountTrainer } from './trainer.js';
import { mountViewer } from './viewer.js';

export function mount(component) {
  const { element, props } = component, box = element.querySelector('.zoo-training'), say = sayer(props.labels);
  const viewer = mountViewer(box, say, { duels: props.knobs.discriminator, rendered: (run) => tell(run) });
  const tell = mountTrainer(component, box, say, viewer);
  box.dataset.ready = '';
}
