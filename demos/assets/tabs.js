// The address names the open tab, as in #style: a link opens it, and a change of the language stays there.
const links = [...element.querySelectorAll('.zoo-languages a')];
links.forEach((link) => { if (link.lang === window.ganZooLanguage) link.setAttribute('aria-current', 'true'); });
const named = () => location.hash.slice(1).split('/')[0];
const button = (name) => /^\w+$/.test(name) && document.getElementById(`tab_${name}-button`);
const open = () => { const found = button(named()); if (found) found.click(); return Boolean(found); };
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
point();
if (named()) {
  const waiting = new MutationObserver(() => { if (open()) waiting.disconnect(); });
  if (!open()) waiting.observe(document.body, { childList: true, subtree: true });
}
