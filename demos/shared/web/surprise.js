// Two things that every tab can do: surprise, and share the picture that it shows. A tab says by selectors where to click and
// which picture it is; of several that are found and seen, one is clicked at random, and the last one is the picture. A picture
// may be a part of the page with several pictures in it, too: they are shared as one.
import { copy } from './copy.js';
import { make } from './dom.js';

// How long a click waits for something to choose from, and for the answer to the click before it.
const OFFERED = 20_000, ANSWERED = 5000, PAUSE = 50;
// The longer side, in pixels, of a picture that is put together, and the edge around what is in it, in pixels of the page.
const TOGETHER = 1600, EDGE = 12;

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

// Waits as long as something is so, but no longer than patience lasts, nor once the visitor has left the tab.
async function whilst(panel, isSo, patience) {
  const end = performance.now() + patience;
  while (isSo() && panel.offsetParent && performance.now() < end) await new Promise((go) => { setTimeout(go, PAUSE); });
}

// Clicks on one of what each selector of a tab finds, one selector after the other. Gives false where there was nothing to click.
export async function surprise(tab, selectors) {
  const panel = document.getElementById(`tab_${tab}`), busy = '[data-asked]:not([data-settled]), [aria-busy=true]';
  let clicks = 0;
  for (const css of selectors) {
    const choices = () => seen(`#tab_${tab} :is(${css})`);
    if (clicks) {
      await new Promise((go) => { setTimeout(go, PAUSE); });
      await whilst(panel, () => panel.querySelector(busy), ANSWERED);
    }
    await whilst(panel, () => !choices().length, OFFERED);
    const all = choices(), others = all.filter((one) => !isChosen(one)), from = others.length ? others : all;
    if (from.length) {
      clicks += 1;
      press(from[Math.floor(Math.random() * from.length)]);
    }
  }
  return clicks > 0 || !panel.offsetParent;
}

const isPicture = (found) => found.matches('img, canvas');
const hasPixels = (one) => Boolean(one.naturalWidth || (one instanceof HTMLCanvasElement && one.width));
const picturesIn = (found) => (isPicture(found) ? [found] : seen('img, canvas').filter((one) => found.contains(one))).filter(hasPixels);
const blobOf = (canvas) => new Promise((take) => { canvas.toBlob(take); });

// What a part of the page shows, as one picture: its pictures and what they are called, at their places.
function together(found) {
  const parts = [...picturesIn(found), ...seen('h3, figcaption b').filter((one) => found.contains(one))];
  const boxes = parts.map((one) => one.getBoundingClientRect());
  const edge = (side, pick) => pick(...boxes.map((box) => box[side]));
  const left = edge('left', Math.min) - EDGE, top = edge('top', Math.min) - EDGE;
  const width = edge('right', Math.max) + EDGE - left, height = edge('bottom', Math.max) + EDGE - top;
  const scale = TOGETHER / Math.max(width, height);
  const sheet = Object.assign(document.createElement('canvas'), { width: width * scale, height: height * scale });
  const pen = sheet.getContext('2d');
  pen.scale(scale, scale);
  pen.fillStyle = getComputedStyle(found).getPropertyValue('--zoo-panel') || '#fff';
  pen.fillRect(0, 0, width, height);
  parts.forEach((one, i) => {
    const { x, y, width: wide, height: high } = boxes[i], { color, font } = getComputedStyle(one);
    if (isPicture(one)) {
      pen.imageSmoothingEnabled = (one.naturalWidth || one.width) > wide;
      pen.drawImage(one, x - left, y - top, wide, high);
    } else {
      Object.assign(pen, { fillStyle: color, font, textBaseline: 'middle' });
      pen.fillText(one.innerText.replaceAll('\n', ' '), x - left, y - top + high / 2, wide);
    }
  });
  return blobOf(sheet);
}

async function fileOf(tab, found) {
  const isFile = found instanceof HTMLImageElement;
  const blob = isFile ? await (await fetch(found.src)).blob() : await (isPicture(found) ? blobOf(found) : together(found));
  const type = blob.type || 'image/png';
  return new File([blob], `gan-zoo-${tab}.${type.split('/')[1].replace('jpeg', 'jpg')}`, { type });
}

// Shares by the device's own list of apps. False where it has none for that; whoever closes the list wants nothing more.
async function handed(what) {
  if (!navigator.canShare?.(what)) return false;
  try {
    await navigator.share(what);
  } catch (error) { return error.name === 'AbortError'; }
  return true;
}

// Hands the picture of a tab to what the device shares with; where it shares nothing, the picture is saved. Without a picture it
// is the address that is shared, or copied. Gives what has happened: 'shared', 'saved', 'copied', or 'by_hand' where the browser
// lets nobody copy.
export async function share(tab, css) {
  const picture = css && seen(`#tab_${tab} :is(${css})`).filter((one) => picturesIn(one).length).at(-1);
  if (!picture) {
    if (await handed({ url: location.href, title: 'GAN Zoo' })) return 'shared';
    return await copy(location.href) ? 'copied' : 'by_hand';
  }
  const file = await fileOf(tab, picture);
  if (await handed({ files: [file], title: 'GAN Zoo' })) return 'shared';
  const address = URL.createObjectURL(file);
  make('a', { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return 'saved';
}
