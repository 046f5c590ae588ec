/** The gradient of a matrix product: two matrix products. */
import { product } from '../../graph/dims';
import type { Graph, Value } from '../../graph/graph';
import { reshape, transposeLast } from '../../graph/layout';
import { matmul } from '../../graph/matrix';
import type { Operator } from '../../graph/operators';
import type { Rule } from '../rule';

export const matrix = {
  // The transposes cost nothing: of a constant it is folded when the session is made, of anything else
  // onnxruntime takes it into the product.
  MatMul: ({ g, dy, input }) => {
    const [a, b] = [input(0), input(1)];
    const weight = b.shape.length === 2 && a.shape.length > 2;
    return [
      () => matmul(g, dy, transposeLast(g, b)),
      () =>
        // One product over all rows, not one for each batch element and a sum.
        weight ? matmul(g, transposeLast(g, rows(g, a)), rows(g, dy)) : matmul(g, transposeLast(g, a), dy),
    ];
  },
} satisfies Partial<Record<Operator, Rule>>;

/** [..., m, k] -> [... * m, k] */
function rows(g: Graph, x: Value): Value {
  return reshape(g, x, [product(x.shape.slice(0, -1)), ...x.shape.slice(-1)]);
}
