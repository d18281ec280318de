// Starting trainings and steering them, for those who may.
import { asker } from '../../shared/web/ask.js';
import { complain, onceSeen, within } from '../../shared/web/dom.js';
import { mountOwn } from './own.js';
import { mountStartForm } from './start_form.js';
import { mountSteering } from './steering.js';

const PATIENCE = 30_000, SENDING = 600_000;
const NEAR = ['start', 'unlock', 'knock', 'follow'];  // what is wrong with these is said beside the forms

// `viewer` as mountViewer gives it. Gives a function that is told of each state that the viewer shows.
export function mountTrainer(component, box, say, viewer) {
  const { props } = component, { find } = within(box), question = asker(component, PATIENCE);
  const startForm = find('form.start'), unlockForm = find('form.unlock'), followForm = find('form.follow');
  const trouble = find('.zoo-trouble'), startTrouble = find('.zoo-training-start .zoo-trouble');
  let latest = 0, may = false, password = '';

  const isAlone = (model) => model in props.usual && !props.knobs.discriminator.includes(model);
  const steering = mountSteering(box, props, {
    isAlone,
    steer: (wish, name, fields) => (
      ['publish', 'push'].includes(wish) ? ask(wish, { name, ...fields }) : ask('steer', { do: wish, name, ...fields })
    ),
  });
  const own = mountOwn(find('.zoo-own'), props, say, {
    headers: () => ({ 'x-zoo-password': encodeURIComponent(password) }),
    ask: (event, request) => question(event, { password, ...request }),
    start: (id) => viewer.show(id),
  });
  mountStartForm(startForm, props, say, { isAlone, start: (wanted) => ask('start', wanted) });

  // The answer to the latest question counts, even where it comes late.
  async function ask(event, request = {}) {
    const listen = (answer) => { if (answer.n === latest) hear(event, answer); };
    if (event === 'push') steering.tell(say('own_pushing'));
    const asked = question(event, { password, ...request }, listen, event === 'push' ? SENDING : PATIENCE);
    latest = asked.n;
    if (await asked === null && asked.n === latest) complain(startTrouble, say('lost'));
  }

  function hear(event, answer) {
    const isNear = NEAR.includes(event);
    startTrouble.innerHTML = isNear ? answer.trouble : '';
    if (!isNear) trouble.innerHTML = answer.trouble;
    if (answer.trouble) {
      if (event === 'push') steering.tell('');
      return;
    }
    if (answer.published) steering.tell(say('published', { name: answer.published }));
    if (answer.published) viewer.renew(viewer.first().id);
    if (answer.pushed) steering.tell(say('pushed', { name: answer.pushed }));
    if ('may' in answer) admit(answer);
    if (['start', 'follow'].includes(event)) viewer.show(answer.id);
    if (event === 'steer') viewer.renew(answer.id);
  }

  function admit(answer) {
    ({ may } = answer);
    steering.mayPush(answer.token);
    own.admit(may);
    startForm.hidden = followForm.hidden = !may;
    unlockForm.hidden = may || !answer.password;
    find('.refused').hidden = may;
    const run = viewer.first();
    if (run.state) steering.show(run, may);
  }

  unlockForm.addEventListener('submit', (event) => {
    event.preventDefault();
    password = find('input', unlockForm).value;
    ask('unlock');
  });
  followForm.addEventListener('submit', (event) => {
    event.preventDefault();
    ask('follow', { repository: find('input', followForm).value.trim() });
  });
  onceSeen(box, () => ask('knock'));

  return (run) => steering.show(run, may);
}
