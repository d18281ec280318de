// Ten digits, typed and refined. Each event carries a request, { n, model, seed }; props.answer: what came of it.
const box = element.querySelector('.zoo-refine'), find = (css) => box.querySelector(css);
const language = window.ganZooLanguage || 'en', rows = ['typed', 'refined', 'real'];
let n = 0, timer = 0;

function ask() {
  n += 1;
  delete box.dataset.settled;
  find('button').disabled = true;
  trigger('select', { request: { n, model: props.model, seed: Math.floor(Math.random() * 2 ** 31) } });
  timer = setTimeout(() => { find('button').disabled = false; }, 8000);  // an answer can get lost
}

function receive(answer) {
  if (!answer || answer.n !== n) return;
  clearTimeout(timer);
  find('button').disabled = false;
  find('.zoo-trouble').innerHTML = answer.trouble;
  if (!answer.rows) return;
  rows.forEach((name, row) => {
    find(`[data-row=${name}]`).replaceChildren(...(answer.rows[row] || []).map((source, digit) => {
      const image = document.createElement('img');
      image.src = source;
      image.alt = props.labels[`refine_alt_${name}`][language].replace('{n}', digit);
      if (name === 'typed') image.title = answer.fonts[digit];
      return image;
    }));
  });
  find('.zoo-took').innerHTML = answer.cost;
  box.dataset.settled = 'true';
}

find('button').addEventListener('click', ask);
watch('answer', () => receive(props.answer));
// Nothing is asked before the tab is looked at.
let seen = false;
new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting || seen) return;
  seen = true;
  ask();
}, { rootMargin: '200px' }).observe(box);
