// Whether the server answers. Whoever misses an answer says so with `miss`; then the server is asked for the head of a small file, and
// if that doesn't come, it counts as gone until it does.
const FILE = new URL('../../../gan_zoo/browser/web/elements.js', import.meta.url).href;
// In milliseconds: how long the file may take, and the pause before it is asked for again.
const PATIENCE = 4000, PAUSE = 3000;

const hearers = new Set();
let gone = false, watch = null;

export const isGone = () => gone;

// Gives a promise that says if the server is there, as far as is known. A browser that is offline may not have missed it yet, and
// one on the server's own machine need not miss it: then the server is asked.
export const isThere = async () => !gone && (navigator.onLine || answers());

// Has `hear` called whenever the server goes, and when it is there again.
export function whenServerChanges(hear) { hearers.add(hear); }

// Gives a promise that says if the server answers now.
export async function answers() {
  const asked = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) };
  const there = await fetch(FILE, asked).then(({ ok }) => ok, () => false);
  if (there === gone) {
    gone = !there;
    for (const hear of hearers) hear();
  }
  if (gone) watch ||= untilBack().finally(() => { watch = null; });
  return there;
}

export const miss = () => { answers(); };

async function untilBack() {
  do await pause();
  while (!await answers());
}

function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE);
    window.addEventListener('online', resolve, { once: true });
  });
}

window.addEventListener('offline', miss);
