// Two things that every tab can do: surprise, and share the picture that it shows. A tab says by selectors where to click and
// which picture it is; of several that are found and seen, one is clicked at random, and the last one is the picture.
import { make } from './dom.js';

const PATIENCE = 5000, PAUSE = 50;

const seen = (css) => [...document.querySelectorAll(css)].filter((found) => (
  found.getClientRects().length && !found.disabled && found.getAttribute('aria-disabled') !== 'true'
));

const isChosen = (found) => found.checked || found.getAttribute('aria-pressed') === 'true';

function press(found) {
  if (found instanceof HTMLSelectElement) {
    found.selectedIndex = Math.floor(Math.random() * found.options.length);
    found.dispatchEvent(new Event('change', { bubbles: true }));
  } else found.click();
}

// Until the server has answered, or patience is over.
async function rest(panel) {
  const end = performance.now() + PATIENCE;
  do await new Promise((go) => { setTimeout(go, PAUSE); });
  while (performance.now() < end && panel.querySelector('[data-asked]:not([data-settled]), [aria-busy=true]'));
}

// Clicks on one of what each selector of a tab finds, one selector after the other.
export async function surprise(tab, selectors) {
  const panel = document.getElementById(`tab_${tab}`);
  for (const css of selectors) {
    const all = seen(`#tab_${tab} :is(${css})`), others = all.filter((one) => !isChosen(one));
    const from = others.length ? others : all;
    if (from.length) press(from[Math.floor(Math.random() * from.length)]);
    await rest(panel);
  }
}

async function blobOf(picture) {
  if (picture instanceof HTMLCanvasElement) return new Promise((take) => { picture.toBlob(take); });
  return (await fetch(picture.src)).blob();
}

// Hands the picture of a tab to what the device shares with; where it shares nothing, the picture is saved. Without a picture it
// is the address that is shared, or copied.
export async function share(tab, css) {
  const picture = seen(`#tab_${tab} :is(${css})`).filter((one) => one.src || one.width).at(-1);
  if (!picture) {
    await (navigator.share?.({ url: location.href }) ?? navigator.clipboard?.writeText(location.href))?.catch(() => {});
    return;
  }
  const blob = await blobOf(picture), type = blob.type || 'image/png';
  const file = new File([blob], `gan-zoo-${tab}.${type.split('/')[1].replace('jpeg', 'jpg')}`, { type });
  // Whoever closes the list of apps wants nothing more.
  if (navigator.canShare?.({ files: [file] })) await navigator.share({ files: [file], title: 'GAN Zoo' }).catch(() => {});
  else make('a', { href: URL.createObjectURL(file), download: file.name }).click();
}
