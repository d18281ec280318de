// Files that a page fetches once: their addresses name the content, so a browser that has kept one never asks again.

const SHELF = 'gan-zoo';
// The most files that stay; the oldest make way.
const MOST = 40;

// The browser's own store, or null where it has none for this page, as on an address without https.
async function opened() {
  try { return await caches.open(SHELF); } catch { return null; }
}

// The content of a file. `hear(done)` is told how many bytes have arrived.
export async function fetched(address, hear = () => {}) {
  const shelf = await opened(), kept = await shelf?.match(address).catch(() => null);
  const answer = kept || await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const parts = [];
  let done = 0;
  for (let reader = answer.body.getReader(), part; !(part = await reader.read()).done;) {
    parts.push(part.value);
    hear(done += part.value.length);
  }
  const content = new Blob(parts);
  if (!kept) await keep(shelf, address, content);
  return content.arrayBuffer();
}

// Keeps a file, where there is a shelf with room for it.
async function keep(shelf, address, content) {
  try {
    await shelf?.put(address, new Response(content));
    const known = await shelf?.keys() || [];
    await Promise.all(known.slice(0, Math.max(0, known.length - MOST)).map((old) => shelf.delete(old)));
  } catch { /* it is fetched again at the next visit */ }
}

// What was compressed with gzip.
export async function inflated(content) {
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
