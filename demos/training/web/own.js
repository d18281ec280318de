// The owner's own pictures: they are brought into a set, looked at, and trained on.
import { complain, make, sentences, within } from '../../shared/web/dom.js';
import { chosen, dropped, isPicture, isZip, shrunk } from './own_files.js';
import { mountPictures } from './own_pictures.js';
import { sender } from './own_upload.js';
import { mountWebcam } from './own_webcam.js';

const ADDRESS = 'training/own', NAMED = 20, MINUTES = '5', SIZE = '64';

// headers(): those of the owner. ask(event, request): a promise of the server's answer, or of null. start(id): a run begins.
export function mountOwn(box, props, say, { headers, ask, start }) {
  const { find, all } = within(box), select = find('[data-set]'), name = find('[data-new] input');
  const trouble = find('.zoo-trouble'), progress = find('.zoo-own-progress'), form = find('.zoo-own-train');
  const field = (key) => form.elements[key];
  let sets = [], target = '', taken = 0, left = new Map(), planned = 0;

  const pictures = mountPictures(find('.zoo-own-pictures'), say, (n) => {
    find('[data-do=remove]').hidden = !n;
    find('[data-do=remove]').textContent = say('own_remove', { n });
  });
  const queue = sender(() => ({ url: `${ADDRESS}?${new URLSearchParams({ set: target })}`, headers: headers() }), hear);
  const webcam = mountWebcam(find('.zoo-own-webcam'), say, {
    begin: () => { begin(say('own_webcam_name')); queue.hold(true); },
    end: () => queue.hold(false),
    take: (blob, label) => queue.add([{ name: label, blob: async () => blob }]),
    complain: (text) => complain(trouble, text),
  });

  // The sets, and the pictures of one.
  async function fetched(method, query = {}) {
    try {
      const answer = await fetch(`${ADDRESS}?${new URLSearchParams(query)}`, { method, headers: headers() });
      const content = await answer.json();
      trouble.innerHTML = answer.ok ? '' : `<p role="alert">${content.trouble}</p>`;
      return answer.ok ? content : null;
    } catch {
      complain(trouble, say('own_lost'));
      return null;
    }
  }

  function list(found) {
    const chosenSet = select.value;
    sets = found;
    const options = sets.map(({ name: key, count }) => new Option(say('own_in_set', { name: key, n: count }), key));
    select.replaceChildren(new Option(say('own_new'), ''), ...options);
    choose(sets.some((one) => one.name === chosenSet) ? chosenSet : '');
  }

  const current = () => sets.find((one) => one.name === select.value);

  function choose(key) {
    select.value = key;
    find('[data-new]').hidden = key !== '';
    const one = current();
    find('.zoo-own-set').hidden = !one;
    if (!one) return;
    const { least, enough, shown } = props.own, n = one.count, advice = find('[data-advice]');
    find('h3').textContent = say('own_pictures', { n, name: key });
    find('[data-some]').textContent = n > shown ? say('own_some_shown', { n: shown }) : '';
    find('button:not([type])', form).textContent = say('own_train', { n });
    advice.hidden = n >= enough;
    advice.textContent = say(n < least ? 'own_few' : 'own_some', { n, least, enough });
    advice.classList.toggle('few', n < least);
    plan();
  }

  async function look(key) {
    const content = await fetched('GET', key ? { set: key } : {});
    if (!content) return;
    if (key) select.append(new Option(key, key));  // it may be new
    select.value = key;
    list(content.sets);
    pictures.show(content.pictures || []);
  }

  async function remove() {
    for (const id of pictures.marks()) {
      if (!await fetched('DELETE', { set: select.value, picture: id })) break;
    }
    await look(select.value);
    find('button', find('.zoo-own-pictures'))?.focus();
  }

  async function erase() {
    const { name: key, count } = current();
    if (!window.confirm(say('own_really', { name: key, n: count }))) return;
    const content = await fetched('DELETE', { set: key });
    if (!content) return;
    report();
    list(content.sets);
    select.focus();
  }

  // Bringing. What is brought while other files are on their way goes into the same set.
  function begin(proposed) {
    complain(trouble, '');
    if (queue.isBusy()) return;
    taken = 0;
    left = new Map();
    target = select.value || name.value.trim() || free(proposed);
    if (target !== select.value) pictures.show([]);
    report();
  }

  // A name that no set has.
  function free(proposed) {
    const stem = proposed.replace(/\.zip$/i, '').slice(0, 36);
    for (let n = 1; ; n += 1) {
      const key = n === 1 ? stem : `${stem}-${n}`;
      if (!sets.some((one) => one.name === key)) return key;
    }
  }

  function bring({ files, folder }) {
    if (!files.length) return;
    begin(folder || files.find(isZip)?.name || say('own_usual_name'));
    const items = [];
    for (const file of files) {
      const most = isZip(file) ? props.own.zipBytes : props.own.pictureBytes;
      const code = !isZip(file) && !isPicture(file) ? 'own_no_picture' : file.size > most ? 'own_large_file' : '';
      if (code) leave(file.name, code, say(code, { most: most / 1e6 }));
      else items.push({ name: file.name, blob: () => shrunk(file) });
    }
    if (items.length) queue.add(items);
    else if (!queue.isBusy()) hear('end', false);
    report();
  }

  function leave(label, code, why) {
    if (!left.has(code)) left.set(code, { why, names: [] });
    left.get(code).names.push(label);
  }

  function hear(what, value) {
    if (what === 'progress') {
      const { done, total, sent } = value, words = say('own_progress', { done, total });
      progress.hidden = false;
      box.dataset.busy = '';
      find('progress').value = sent ?? (total ? done / total : 0);
      find('span', progress).textContent = sent === null ? words : say('own_sending', { percent: Math.round(100 * sent) });
    } else if (what === 'line') {
      if (value.id) {
        taken += 1;
        target = value.set;
        if (pictures.count() < props.own.shown) pictures.add(value);
        find('.zoo-own-set').hidden = false;
        find('h3').textContent = say('own_taken', { n: taken, name: target });
      } else leave(value.name, value.code, value.why);
    } else if (what === 'refused') trouble.innerHTML = value ? `<p role="alert">${value}</p>` : '';
    else if (what === 'lost') complain(trouble, say('own_lost'));
    else if (what === 'end') end(value);
  }

  async function end(isCancelled) {
    progress.hidden = true;
    delete box.dataset.busy;
    report(isCancelled);
    const said = trouble.innerHTML;
    if (taken) {
      name.value = '';
      await look(target);
      trouble.innerHTML = trouble.innerHTML || said;
    }
    box.dataset.brought = taken;
  }

  function report(isCancelled = false) {
    const [status, details] = [find('.zoo-own-told p'), find('.zoo-own-told details')];
    const n = [...left.values()].reduce((sum, { names }) => sum + names.length, 0);
    const words = taken ? say('own_taken', { n: taken, name: target }) : n && !queue.isBusy() ? say('own_none_taken') : '';
    status.textContent = sentences(isCancelled ? say('own_cancelled') : '', words);
    details.hidden = !n;
    find('summary', details).textContent = say('own_left', { n });
    find('ul', details).replaceChildren(...[...left.values()].map(({ why, names }) => {
      const more = names.length > NAMED ? ` … ${say('own_and_more', { n: names.length - NAMED })}` : '';
      const reason = make('b', { innerHTML: why });
      return make('li', {}, reason, make('span', {}, ` ${names.slice(0, NAMED).join(', ')}${more}`));
    }));
  }

  // Training.
  const wanted = () => ({
    set: select.value, model: field('model').value, starter: field('starter').value,
    size: Number(field('size').value), minutes: Number(field('minutes').value),
  });

  async function plan() {
    const mine = planned += 1, details = find('details', form);
    find('[data-starter]').hidden = field('model').value !== 'cyclegan';
    const answer = await ask('plan_own', wanted());
    if (mine !== planned || !answer) return;
    details.hidden = !answer.command;
    find('code', details).textContent = answer.command || '';
  }

  form.addEventListener('change', plan);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    webcam.close();
    const answer = await ask('start_own', wanted());
    if (!answer) complain(trouble, say('lost'));
    else {
      trouble.innerHTML = answer.trouble;
      if (answer.trouble) trouble.scrollIntoView({ block: 'nearest' });
      else start(answer.id);
    }
  });

  const acts = {
    files: () => find('[data-files]').click(),
    folder: () => find('[data-folder]').click(),
    webcam: webcam.open,
    cancel: () => { webcam.close(); queue.cancel(); },
    delete: erase,
    remove,
  };
  box.addEventListener('click', (event) => acts[event.target.closest('button')?.dataset.do]?.());
  select.addEventListener('change', () => { report(); look(select.value); });
  for (const input of all('input[type=file]')) {
    input.addEventListener('change', () => { bring(chosen(input)); input.value = ''; });
  }
  const drop = find('.zoo-own-drop');
  // A file that misses the place would be opened instead of the page.
  box.addEventListener('dragover', (event) => { event.preventDefault(); drop.classList.add('over'); });
  box.addEventListener('dragleave', (event) => { if (!box.contains(event.relatedTarget)) drop.classList.remove('over'); });
  box.addEventListener('drop', async (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    bring(await dropped(event.dataTransfer));
  });

  field('size').value = SIZE;
  field('minutes').value = MINUTES;

  return {
    admit(may) {
      find('.zoo-own-desk').hidden = !may;
      find('[data-refused]').hidden = may;
      if (may) look('');
    },
  };
}
