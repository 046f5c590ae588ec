/** A smooth function: its value and gradient at `x`. */
export type Objective = (x: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

interface Correction {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/**
 * Minimises a smooth function from `start` by limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5) with
 * backtracking line search. Stops when the largest gradient entry is below `tolerance`.
 */
export async function lbfgs(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-4, iterations = 200, memory = 10 } = {},
): Promise<Float64Array> {
  let x = start;
  let { value, gradient } = await objective(x);
  const corrections: Correction[] = [];
  for (let i = 0; i < iterations && gradient.some((g) => Math.abs(g) > tolerance); i++) {
    const direction = descent(gradient, corrections);
    const slope = dot(direction, gradient);
    let step = corrections.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    let next = advance(x, direction, step);
    let found = await objective(next);
    while (found.value > value + 1e-4 * step * slope) {
      step /= 2;
      if (step < 1e-10) return x;
      next = advance(x, direction, step);
      found = await objective(next);
    }
    const s = subtract(next, x);
    const y = subtract(found.gradient, gradient);
    const curvature = dot(s, y);
    if (curvature > 1e-10) {
      corrections.push({ s, y, rho: 1 / curvature });
      if (corrections.length > memory) corrections.shift();
    }
    x = next;
    ({ value, gradient } = found);
  }
  return x;
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descent(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const q = gradient.slice();
  const alphas = corrections.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, q);
    addScaled(q, y, -alpha);
    return alpha;
  });
  const last = corrections.at(-1);
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale;
  corrections.forEach(({ s, y, rho }, i) => {
    const beta = rho * dot(y, q);
    addScaled(q, s, (alphas[corrections.length - 1 - i] ?? 0) - beta);
  });
  return q.map((v) => -v);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + scale * (source[i] as number);
}

function advance(x: Float64Array, direction: Float64Array, step: number): Float64Array {
  const next = x.slice();
  addScaled(next, direction, step);
  return next;
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  const difference = a.slice();
  addScaled(difference, b, -1);
  return difference;
}
