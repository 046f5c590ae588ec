/** Rules that are right one by one must be right together: a transformer layer with LoRA and all losses. */
import { describe, expect, it } from 'vitest';
import { modelBytes } from '../../../extension/engine/graph/serialise';
import { Session } from '../../../extension/engine/runtime/session';
import { floats, scalarOf } from '../../../extension/engine/runtime/tensor';
import { transformerBlock } from './block';
import { derivative } from './differences';
import { Draw } from './draw';

const elementsOfEach = 5;

describe('the gradients of a transformer layer', () => {
  it('agree with differences for every trained tensor', async () => {
    const { graph, feeds, trained } = transformerBlock();
    const session = await Session.create(modelBytes(graph), { device: 'cpu', threads: 1 });
    const draw = new Draw(1);
    try {
      const results = await session.run(feeds);
      const loss = async (): Promise<number> => scalarOf((await session.run(feeds, ['loss']))['loss']);
      for (const name of trained) {
        const data = floats(feeds[name]);
        const gradient = floats(results[`gradient/${name}`]);
        // A bias of the keys moves all scores of a query alike, which softmax does not see.
        expect(
          gradient.some((x) => Math.abs(x) > 1e-4),
          `${name} has a gradient`,
        ).toBe(name !== 'key.bias');
        for (let k = 0; k < elementsOfEach; k++) {
          const i = draw.integer(0, data.length - 1);
          const expected = await derivative(data, i, loss);
          const error = Math.abs((gradient[i] ?? NaN) - expected) / Math.max(0.1, Math.abs(expected));
          expect(
            error,
            `${name}[${i}]: ${gradient[i]} by the graph, ${expected} by differences`,
          ).toBeLessThan(2e-3);
        }
      }
    } finally {
      await session.dispose();
    }
  });
});
