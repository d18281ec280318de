// Networks that run in this browser. All of them share one worker, which holds the runtime.

let worker = null, number = 0;
const open = new Map();

// Asks the worker for something; gives a promise of its answer. `hear` is told what it says on the way.
function ask(request, hear = () => {}) {
  worker ||= begun();
  return new Promise((resolve, reject) => {
    const n = number += 1;
    open.set(n, { resolve, reject, hear });
    worker.postMessage({ ...request, n });
  });
}

function begun() {
  const made = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  made.onmessage = ({ data: { n, trouble, last, ...answer } }) => {
    const asked = open.get(n);
    if (!asked) return null;  // of several files one has failed, and the others still arrive
    if (!last) return asked.hear(answer);
    open.delete(n);
    return trouble ? asked.reject(new Error(trouble)) : asked.resolve(answer);
  };
  // The worker itself can't be had, or it ran out of memory: nobody waits for it, and the next question begins anew.
  made.onerror = (event) => {
    event.preventDefault();
    made.terminate();
    worker = null;
    for (const { reject } of open.values()) reject(new Error(event.message || 'the worker failed'));
    open.clear();
  };
  return made;
}

export class Network {
  // graph, weights: addresses, which name the content.
  constructor({ graph, weights }) {
    Object.assign(this, { key: graph, graph: new URL(graph, document.baseURI).href, weights: new URL(weights, document.baseURI).href });
  }

  // Fetches what is needed; `hear(done)` is told how many bytes have arrived.
  async load(hear = () => {}) {
    const { key, graph, weights } = this;
    const loaded = ask({ do: 'load', key, graph, weights }, ({ done }) => hear(done));
    this.home = worker;
    await loaded;
  }

  // { data, dims, milliseconds }: the pictures n c h w in [-1, 1] for inputs by name, each { data, dims }.
  async run(inputs) {
    if (this.home !== worker) await this.load();  // the worker that held it has failed
    return ask({ do: 'run', key: this.key, inputs });
  }

  // Gives the memory back.
  drop() { return ask({ do: 'drop', key: this.key }); }
}
