// The page's language: ?lang=, then what was chosen last time, then what the browser asks for; the first of `ours` if none of
// them. It runs before all else of a page, so that Gradio hears of it, too, and is known as the language of the document.
(ours) => {
  const asked = new URLSearchParams(location.search).get('lang');
  let kept = null;
  try {
    if (ours.includes(asked)) localStorage.setItem('gan-zoo-language', asked);
    kept = localStorage.getItem('gan-zoo-language');
  } catch { /* storage is off: the choice lasts as long as the address */ }
  const wanted = [asked, kept, ...(navigator.languages || [navigator.language]).map((tag) => tag.slice(0, 2))];
  const language = wanted.find((tag) => ours.includes(tag)) || ours[0];
  Object.defineProperty(navigator, 'language', { get: () => language });
  Object.defineProperty(navigator, 'languages', { get: () => [language] });
  document.documentElement.lang = language;
  window.ganZooLanguage = language;
}
