// The address names the open tab, as in #style: a link opens it, and a change of the language stays there. It may name a part
// of the tab, too, as in #training/playground: that part comes into view, and is opened if it is a tab itself.
const links = [...element.querySelectorAll('.zoo-languages a')];
links.forEach((link) => { if (link.lang === window.ganZooLanguage) link.setAttribute('aria-current', 'true'); });
const named = () => location.hash.slice(1).split('/')[0];
const button = (name) => /^\w+$/.test(name) && document.getElementById(`tab_${name}-button`);
const open = () => { const found = button(named()); if (found) { found.click(); show(20); } return Boolean(found); };
function show(tries) {
  const [tab, part] = location.hash.slice(1).split('/');
  if (!/^\w+$/.test(part || '') || !tries) return;
  const inside = (css) => document.querySelector(`#tab_${tab} ${css}`), tool = inside(`#${part}-button`), found = tool || inside(`#${part}`);
  if (!found?.offsetParent) { setTimeout(() => show(tries - 1), 150); return; }
  tool?.click();
  settle(found.closest('.zoo-stage') || found);
}
// What stands above a place may still grow: the place stays in view until the tab is complete, or the visitor goes elsewhere.
let leave = () => {};
function settle(place) {
  leave();
  const growing = new ResizeObserver(() => place.scrollIntoView()), elsewhere = ['wheel', 'pointerdown', 'touchmove', 'keydown', 'hashchange'];
  leave = () => { growing.disconnect(); elsewhere.forEach((name) => window.removeEventListener(name, leave)); };
  growing.observe(place.closest('[role=tabpanel]')); // calls at once, too
  elsewhere.forEach((name) => window.addEventListener(name, leave));
  setTimeout(leave, 5000);
}
const point = () => links.forEach((link) => {
  const query = new URLSearchParams(location.search);
  query.set('lang', link.lang);
  link.href = `?${query}${location.hash}`;
});
// The tabs come after the header, and are drawn anew as they like: whoever is clicked is asked for its name.
document.addEventListener('click', (event) => {
  const clicked = event.target.closest('[role=tab][id^=tab_]');
  if (!clicked) return;
  const name = clicked.id.replace(/^tab_|-button$/g, '');
  if (name !== named()) history.replaceState(null, '', `${location.pathname}${location.search}#${name}`);
  point();
});
window.addEventListener('hashchange', () => { open(); point(); });
links.forEach((link) => link.addEventListener('click', point)); // the query may have changed since
point();
if (named()) {
  const waiting = new MutationObserver(() => { if (open()) waiting.disconnect(); });
  if (!open()) waiting.observe(document.body, { childList: true, subtree: true });
}
