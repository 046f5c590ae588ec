import { Graph } from '../../extension/engine/graph/graph';
import { matmul } from '../../extension/engine/graph/matrix';
import { modelBytes } from '../../extension/engine/graph/serialise';
import { Session } from '../../extension/engine/runtime/session';
import { f32 } from '../../extension/engine/runtime/tensor';

/** A chain of products as in an encoder's feed-forward part, and nothing else: what the machine can do at most. */
export class MatmulPeak {
  private constructor(
    private readonly session: Session,
    private readonly rows: number,
  ) {}

  static async create(rows: number): Promise<MatmulPeak> {
    const g = new Graph();
    let x = g.input('x', 'float32', ['rows', narrow]);
    for (let pair = 0; pair < pairs; pair++) {
      for (const shape of [
        [narrow, wide],
        [wide, narrow],
      ] as const) {
        const data = Float32Array.from({ length: narrow * wide }, (_, i) => Math.sin(i + pair) / 16);
        x = matmul(g, x, g.constant('w', { type: 'float32', shape, data }));
      }
    }
    g.output(x, 'y');
    return new MatmulPeak(await Session.create(modelBytes(g), { device: 'cpu' }), rows);
  }

  /** @returns FLOP a second */
  async run(): Promise<number> {
    const x = f32([this.rows, narrow], new Float32Array(this.rows * narrow).fill(0.1));
    const start = performance.now();
    await this.session.run({ x });
    return (4 * pairs * this.rows * narrow * wide * 1000) / (performance.now() - start);
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

const narrow = 384;
const wide = 1536;
const pairs = 6;
