// Runs networks beside the page, so that the page stays responsive. It hears { n, do, ... } and says { n, ... }:
//   load { key, graph, weights }: fetches a network; meanwhile it says { n, done }, the bytes that have arrived.
//   run { key, inputs }: { n, data, dims, milliseconds }. Inputs and outputs are { data, dims }.
//   drop { key }: forgets a network.
// Whatever fails is said as { n, trouble }.
import { fetched, inflated } from './files.js';
import * as runtime from './onnxruntime-1.30.0.js';
import { unpacked } from './weights.js';

const RUNTIME = new URL('onnxruntime-1.30.0.wasm.gz', import.meta.url).href;
// The name under which a graph knows the block of its weights.
const WEIGHTS = 'weights';
const MOST_THREADS = 4;

const sessions = new Map();
let begun = null, arrivedRuntime = 0;

// Several threads need memory that they share, which a browser gives only to pages that are apart from all others.
function threads() {
  return globalThis.crossOriginIsolated ? Math.max(1, Math.min(MOST_THREADS, Math.floor(navigator.hardwareConcurrency / 2))) : 1;
}

async function begin(hear) {
  runtime.env.wasm.numThreads = threads();
  runtime.env.logLevel = 'error';
  runtime.env.wasm.wasmBinary = await inflated(await fetched(RUNTIME, hear));
}

async function load({ key, graph, weights }, hear) {
  const arrived = [0, 0], tell = () => hear({ done: arrivedRuntime + arrived[0] + arrived[1] }), hearing = (i) => (done) => {
    arrived[i] = done;
    tell();
  };
  // A runtime that didn't arrive is fetched again at the next try.
  begun ||= begin((done) => { arrivedRuntime = done; tell(); }).catch((error) => { begun = null; arrivedRuntime = 0; throw error; });
  const [operations, packed] = await Promise.all([fetched(graph, hearing(0)), fetched(weights, hearing(1)), begun]);
  tell();  // another network that is loaded at the same time hears of the runtime
  const session = await runtime.InferenceSession.create(new Uint8Array(operations), {
    executionProviders: ['wasm'],
    externalData: [{ path: WEIGHTS, data: unpacked(packed) }],
  });
  sessions.set(key, session);
  return { inputs: session.inputNames };
}

async function run({ key, inputs }) {
  const session = sessions.get(key), given = {};
  for (const name of session.inputNames) {
    const { data, dims } = inputs[name];
    given[name] = new runtime.Tensor(data instanceof BigInt64Array ? 'int64' : 'float32', data, dims);
  }
  const start = performance.now(), { pictures } = await session.run(given);
  const milliseconds = performance.now() - start, data = pictures.data.slice(), { dims } = pictures;
  pictures.dispose();
  return { data, dims, milliseconds };
}

async function drop({ key }) {
  await sessions.get(key)?.release();
  sessions.delete(key);
  return {};
}

// One thing at a time, in the order in which the page asks; what is fetched lets others run meanwhile.
let last = Promise.resolve();
const works = {
  load,
  run: (asked) => (last = last.catch(() => {}).then(() => run(asked))),
  drop: (asked) => (last = last.catch(() => {}).then(() => drop(asked))),
};

onmessage = async ({ data: asked }) => {
  const { n } = asked;
  try {
    const answer = await works[asked.do](asked, (part) => postMessage({ n, ...part }));
    postMessage({ n, ...answer, last: true }, answer.data ? [answer.data.buffer] : []);
  } catch (error) {
    postMessage({ n, trouble: String(error?.message || error), last: true });
  }
};
