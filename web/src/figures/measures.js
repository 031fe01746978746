// The quantities that the figures show. tests/tools/test_figure_numbers.py compares each with the Python package.
// Logarithms are natural unless a base is given, as in the package.

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const per = (base) => 1 / Math.log(base);

export const surprise = (p, base = Math.E) => -Math.log(p) * per(base) + 0;   // + 0 turns −0 into 0

export const entropy = (p, base = Math.E) => sum(p.map((a) => (a > 0 ? a * surprise(a, base) : 0)));

// Terms of p ln(p/q) − p + q: each is at least 0, so that rounding cannot make the sum negative.
export const divergence = (p, q, base = Math.E) =>
  per(base) * sum(p.map((a, i) => (a === 0 ? q[i] : q[i] === 0 ? Infinity : Math.max(0, a * Math.log(a / q[i]) - a + q[i]))));

export const crossEntropy = (p, q, base = Math.E) =>
  sum(p.map((a, i) => (a > 0 ? a * surprise(q[i], base) : 0)));

export function softmax(scores, temperature = 1) {
  const top = Math.max(...scores);
  const weights = scores.map((z) => Math.exp((z - top) / temperature));
  return weights.map((w) => w / sum(weights));
}

export const sigmoid = (z) => (z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z)));

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// Both losses of a neuron whose answer should be 0: cost and slope in the score.
export const losses = {
  squared: (z) => {
    const a = sigmoid(z);
    return [a ** 2 / 2, a * a * sigmoid(-z)];
  },
  surprise: (z) => [softplus(z), sigmoid(z)],
};

// Outputs and costs of one neuron with input 1, at the start and after each epoch.
export function learn(loss, [weight, bias], rate, epochs = 300) {
  const outputs = [], costs = [];
  for (let z = weight + bias, epoch = 0; epoch <= epochs; epoch++) {
    const [cost, slope] = losses[loss](z);
    outputs.push(sigmoid(z));
    costs.push(cost);
    z -= 2 * rate * slope;   // weight and bias both take the step
  }
  return { outputs, costs };
}

// Expected scores of the report q where the truth is p, for two outcomes.
export const expectedScores = (p, q) => ({
  log: crossEntropy([p, 1 - p], [q, 1 - q]),
  brier: 2 * (p * (1 - q) ** 2 + (1 - p) * q ** 2),   // summed over both outcomes
  absolute: 2 * (p * (1 - q) + (1 - p) * q),
});

export const budget = (lengths) => sum(lengths.map((n) => 2 ** -n));

// Words of a prefix code with these lengths, in the order given; null where the budget does not reach.
export function words(lengths) {
  if (budget(lengths) > 1) return null;
  const found = [];
  let start = 0;
  for (const i of lengths.map((_, i) => i).sort((i, j) => lengths[i] - lengths[j])) {
    found[i] = (start * 2 ** lengths[i]).toString(2).padStart(lengths[i], "0");
    start += 2 ** -lengths[i];
  }
  return found;
}

// A normal curve on grid points, with weights that sum to 1.
export function bump(grid, centre, width) {
  const weights = grid.map((x) => Math.exp(-0.5 * ((x - centre) / width) ** 2));
  const total = sum(weights);
  return weights.map((w) => w / total);
}

// Entry i becomes `share`; the others keep their proportions, and all still sum to 1.
export function reshare(p, i, share) {
  const rest = 1 - p[i];
  return p.map((a, j) => (j === i ? share : rest > 1e-9 ? (a / rest) * (1 - share) : (1 - share) / (p.length - 1)));
}
