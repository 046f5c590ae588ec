/** How an answer of a trained student changes with the embedding of each piece of a text. */
import { gradients } from '../autodiff/gradients';
import type { ReadStudent } from '../deploy/readStudent';
import { buildEncoder, textInputs } from '../encoders/encoder';
import type { TokenFeeds } from '../encoders/tokenBatches';
import { add, mul } from '../graph/arithmetic';
import { Graph, type TensorData, type Value } from '../graph/graph';
import { matmul } from '../graph/matrix';
import { logSoftmax } from '../graph/neural';
import { reduceSum } from '../graph/reduce';
import { modelBytes } from '../graph/serialise';
import { textFeatures } from '../peft/member';
import { Session } from '../runtime/session';
import { f32, floats, type FloatTensor } from '../runtime/tensor';

export interface Gradient {
  /** Logarithms of the label's probability: [batch]. */
  readonly logProbabilities: Float32Array;
  /** Of the sum of these, by each piece's embedding: [pieces, hidden]. */
  readonly byPieces: Float32Array;
}

/**
 * A student whose pieces' embeddings are fed instead of looked up, so that a graph of our own operators gives the gradient by
 * them. Whoever makes it disposes it.
 */
export class StudentGradient {
  private constructor(
    private readonly forward: Session,
    private readonly backward: Session,
    private readonly student: ReadStudent,
  ) {}

  static async create(student: ReadStudent): Promise<StudentGradient> {
    const forward = await Session.create(modelBytes(forwardGraph(student)), { device: 'cpu' });
    try {
      const backward = await Session.create(modelBytes(gradientGraph(student)), { device: 'cpu' });
      return new StudentGradient(forward, backward, student);
    } catch (error) {
      await forward.dispose();
      throw error;
    }
  }

  /** Logarithms of the labels' probabilities: [batch, classes]. As for `of`. */
  async scores(pieces: Float32Array, feeds: TokenFeeds): Promise<Float32Array> {
    return floats((await this.forward.run({ ...feeds, pieces: this.table(pieces) }))['scores']);
  }

  /**
   * @param pieces embeddings [pieces, hidden]
   * @param feeds `input_ids` are rows of `pieces`: [batch, tokens]
   * @param label number of the label whose probability is asked for
   */
  async of(pieces: Float32Array, feeds: TokenFeeds, label: number): Promise<Gradient> {
    const { classes } = this.student.member;
    const target = new Float32Array(classes);
    target[label] = 1;
    const outputs = await this.backward.run({
      ...feeds,
      pieces: this.table(pieces),
      target: f32([1, classes], target),
    });
    return { logProbabilities: floats(outputs['scores']), byPieces: floats(outputs['gradient']) };
  }

  async dispose(): Promise<void> {
    await this.forward.dispose();
    await this.backward.dispose();
  }

  private table(pieces: Float32Array): FloatTensor {
    const { hiddenSize } = this.student.encoder;
    return f32([pieces.length / hiddenSize, hiddenSize], pieces);
  }
}

/** `input_ids`, `attention_mask`, `pieces` -> `scores` [batch, classes]. */
function forwardGraph(student: ReadStudent): Graph {
  const g = new Graph();
  g.output(studentScores(g, student).scores, 'scores');
  return g;
}

/** `input_ids`, `attention_mask`, `pieces`, `target` [1, classes] -> `scores` [batch], `gradient` [pieces, hidden]. */
function gradientGraph(student: ReadStudent): Graph {
  const g = new Graph();
  const { pieces, scores } = studentScores(g, student);
  const target = g.input('target', 'float32', [1, student.member.classes]);
  const own = reduceSum(g, mul(g, scores, target), [1]);
  const [gradient] = gradients(g, reduceSum(g, own), [pieces]);
  if (!gradient) throw new Error('One gradient was asked for.');
  g.output(own, 'scores');
  g.output(gradient, 'gradient');
  return g;
}

function studentScores(
  g: Graph,
  { encoder, member, constants }: ReadStudent,
): { pieces: Value; scores: Value } {
  const text = textInputs(g);
  const pieces = g.input('pieces', 'float32', ['pieces', encoder.hiddenSize]);
  const stored = (name: string): Value =>
    name === encoder.family.pieceWeight ? pieces : g.sharedConstant(name, () => constantOf(constants, name));
  const adapter = member.adapter.bind(stored);
  const { hidden } = buildEncoder(g, encoder, { ...text, layers: member.layers, adapter, weight: stored });
  const features = textFeatures(g, hidden, text.attentionMask);
  const logits = add(g, matmul(g, features, stored('head.weight')), stored('head.bias'));
  return { pieces, scores: logSoftmax(g, logits) };
}

function constantOf(constants: ReadonlyMap<string, TensorData>, name: string): TensorData {
  const tensor = constants.get(name);
  if (!tensor) throw new Error(`The exported graph has no tensor "${name}".`);
  return tensor;
}
