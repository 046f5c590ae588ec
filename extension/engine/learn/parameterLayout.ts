import type { Graph, Value } from '../graph/graph';
import { reshape, slice } from '../graph/layout';
import type { ParameterSpec } from '../peft/adapter';
import type { Member } from '../peft/member';
import { Random } from './random';

interface Slot {
  readonly spec: ParameterSpec;
  readonly offset: number;
  readonly size: number;
}

/**
 * Where each trained tensor lies in the one flat vector that the optimizer works on. One vector instead of
 * hundreds of small tensors: one input, one output, and the same few optimizer nodes for any model.
 */
export class ParameterLayout {
  readonly slots: readonly Slot[];
  /** Length of the flat vector. */
  readonly size: number;

  constructor(specs: readonly ParameterSpec[]) {
    let offset = 0;
    this.slots = specs.map((spec) => {
      const size = spec.shape.reduce((a, b) => a * b, 1);
      const slot = { spec, offset, size };
      offset += size;
      return slot;
    });
    this.size = offset;
  }

  /** The tensors as parts of the flat vector [size], by name. */
  unpack(g: Graph, flat: Value): Map<string, Value> {
    // One Slice each, not one Split of all: WebGPU limits how many buffers a kernel may write.
    return new Map(
      this.slots.map(({ spec, offset, size }) => {
        const part = slice(g, flat, 0, offset, offset + size);
        return [spec.name, reshape(g, part, spec.shape)] as const;
      }),
    );
  }

  /** One tensor's numbers, a view into `flat`. */
  read(flat: Float32Array, name: string): Float32Array {
    const slot = this.slots.find(({ spec }) => spec.name === name);
    if (!slot) throw new Error(`No parameter "${name}".`);
    return flat.subarray(slot.offset, slot.offset + slot.size);
  }

  /** Where a member's parameters begin and end. */
  rangeOf({ id }: Member): readonly [start: number, end: number] {
    const own = this.slots.filter(({ spec }) => spec.name.startsWith(`${id}/`));
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) throw new Error(`"${id}" has no parameters.`);
    return [first.offset, last.offset + last.size];
  }

  /** First values: [size]; each tensor has its own random stream. */
  initial(seed: number): Float32Array {
    const flat = new Float32Array(this.size);
    for (const { spec, offset, size } of this.slots) {
      const { init } = spec;
      if (init === 'zeros') continue;
      if ('normal' in init) {
        const random = Random.of(seed, 'init', spec.name);
        for (let i = 0; i < size; i++) flat[offset + i] = init.normal * random.normal();
      } else {
        flat.set(init.data as Float32Array, offset);
      }
    }
    return flat;
  }

  /**
   * Gives a member, in place, what another has learned for the same layers of the base model. Its head stays its own:
   * what the other's head reads is the output of other layers.
   */
  inherit(flat: Float32Array, from: Member, to: Member): void {
    const known = new Map(this.slots.map((slot) => [slot.spec.name, slot]));
    for (const { spec, offset } of this.slots) {
      if (!spec.name.startsWith(`${to.id}/`)) continue;
      const own = spec.name.slice(to.id.length + 1);
      if (own.startsWith('head.')) continue;
      // Layers are counted as the member has them.
      const name = own.replace(/^layer\.(\d+)/, (_, layer) => {
        const base = to.layers[Number(layer)] ?? -1;
        return `layer.${from.layers.indexOf(base)}`;
      });
      const source = known.get(`${from.id}/${name}`);
      if (source) flat.copyWithin(offset, source.offset, source.offset + source.size);
    }
  }

  /** [size]: 1 where weight decay applies, which is on matrices only. */
  decayMask(): Float32Array {
    const mask = new Float32Array(this.size);
    for (const { spec, offset, size } of this.slots) {
      if (spec.shape.length > 1) mask.fill(1, offset, offset + size);
    }
    return mask;
  }
}
