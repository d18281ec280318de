// Latents as gan_zoo/latent.py has them: for one seed the same numbers as in Python, and the same ways between them.

// The words of the Mersenne Twister (Matsumoto & Nishimura 1998) with a seed, as torch draws them.
function* words(seed) {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  for (;;) {
    for (let i = 0; i < 624; i++) {
      const bits = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
      state[i] = state[(i + 397) % 624] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
    }
    for (let word of state) {
      word ^= word >>> 11;
      word ^= (word << 7) & 0x9d2c5680;
      word ^= (word << 15) & 0xefc60000;
      yield (word ^ (word >>> 18)) >>> 0;
    }
  }
}

const polynomial = (x, coefficients) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

// The error function by its series e^(-x^2) sum 2^n x^(2n+1) / (1 3 5 ... (2n+1)), whose terms are all positive.
function erf(x) {
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const normal = (x) => 0.5 * (1 + erf(x / Math.SQRT2));

// The inverse of the normal distribution function: Acklam's approximation, and Halley's steps to full precision.
const MIDDLE = [
  [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716, 2.506628277459239],
  [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
];
const TAIL = [
  [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
  [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
];
const BREAK = 0.02425;

export function quantile(u) {
  if (u > 0.5) return -quantile(1 - u);
  let x;
  if (u < BREAK) {
    const q = Math.sqrt(-2 * Math.log(u));
    x = polynomial(q, TAIL[0]) / polynomial(q, TAIL[1]);
  } else {
    const q = u - 0.5, r = q * q;
    x = (q * polynomial(r, MIDDLE[0])) / polynomial(r, MIDDLE[1]);
  }
  // In the far tail the difference below would be that of nearly equal numbers; the approximation is right to nine digits.
  for (let step = 0; step < 2 && x > -5; step++) {
    const error = (normal(x) - u) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}

// `n` latents of a length from a seed. Beyond +-`threshold` there are none: each number keeps its quantile.
export function latents(n, length, seed, threshold = Infinity) {
  const draw = words(seed), outside = threshold < 8 ? normal(-threshold) : 0;
  const number = () => {
    const high = draw.next().value, low = draw.next().value;
    const u = ((high & 0x1fffff) * 2 ** 32 + low) * 2 ** -53;
    return quantile(Math.max(outside + u * (1 - 2 * outside), 2 ** -54));
  };
  return Array.from({ length: n }, () => Float32Array.from({ length }, number));
}

const norm = (a) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));

export const lerp = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);

// The point at `t` on the arc from `a` to `b` (White 2016); on the straight line where there is no arc.
export function slerp(a, b, t) {
  const long = norm(a), other = norm(b);
  const cosine = a.reduce((sum, value, i) => sum + (value / long) * (b[i] / other), 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine))), sine = Math.sin(angle);
  if (!(sine >= 1e-4)) return lerp(a, b, t);
  const length = long + (other - long) * t;
  const [share, rest] = [Math.sin((1 - t) * angle), Math.sin(t * angle)].map((part) => part / sine * length);
  return a.map((value, i) => (value / long) * share + (b[i] / other) * rest);
}

// The point at a time `t` in [0, 1] of the walk through all `points`; each leg takes the same time.
export function along(points, t, between = slerp) {
  if (points.length === 1) return points[0];
  const where = t * (points.length - 1), leg = Math.min(points.length - 2, Math.floor(where));
  return between(points[leg], points[leg + 1], where - leg);
}

// Latents, and the number of a class for all of them where the network has classes, as its inputs.
export function asInputs(points, label = null) {
  const data = new Float32Array(points.length * points[0].length);
  points.forEach((point, i) => data.set(point, i * point.length));
  const inputs = { z: { data, dims: [points.length, points[0].length] } };
  if (label !== null) inputs.label = { data: new BigInt64Array(points.length).fill(BigInt(label)), dims: [points.length] };
  return inputs;
}
