import { describe, expect, it } from 'vitest';
import { LoadedModels } from '../../extension/engine/deploy/loadedModels';

function model(name: string, disposed: string[]) {
  return { name, dispose: () => Promise.resolve(void disposed.push(name)) };
}

describe('loaded models', () => {
  it('are loaded once, and the one that was not used for the longest goes first', async () => {
    const disposed: string[] = [];
    const loads: string[] = [];
    const models = new LoadedModels<ReturnType<typeof model>>(2);
    const get = (name: string) =>
      models.get(name, () => {
        loads.push(name);
        return Promise.resolve(model(name, disposed));
      });
    await get('a');
    await get('b');
    expect((await get('a')).name).toBe('a');
    await get('c');
    expect(disposed).toEqual(['b']);
    await get('b');
    expect(disposed).toEqual(['b', 'a']);
    expect(loads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('that cannot be loaded are told to who asked, and tried again', async () => {
    const models = new LoadedModels<ReturnType<typeof model>>(1);
    const broken = models.get('a', () => Promise.reject(new Error('torn')));
    const other = models.get('b', () => Promise.resolve(model('b', [])));
    await expect(broken).rejects.toThrow('torn');
    expect((await other).name).toBe('b');
    expect((await models.get('a', () => Promise.resolve(model('a', [])))).name).toBe('a');
  });
});
