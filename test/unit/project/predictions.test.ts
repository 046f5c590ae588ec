import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { groupPredictions } from '../../../extension/project/predictionGroups';
import { PredictionStore, type NewPrediction } from '../../../extension/project/predictions';
import { workspace } from './workspace';

const answer = (path: string, label: string, score = 0.9, model = 'v1'): NewPrediction => ({
  ...{ path, hash: `hash of ${path}`, excerpt: `words of ${path}`, label, score, model, abstained: false },
});

async function twoAnswers(): Promise<{ root: string; store: PredictionStore }> {
  const root = await workspace();
  const store = await PredictionStore.open(root, 'topic');
  await store.begin('v1');
  const rows = { ...answer('b.csv', 'question', 0.6), runnerUp: { label: 'bug', score: 0.3 } };
  await store.put([answer('a.txt', 'bug'), { ...rows, part: 'row 1', line: 2 }], { 'a.txt': '12 34' });
  await store.end();
  return { root, store };
}

it('gives back after a restart what was put', async () => {
  const { root, store } = await twoAnswers();
  const again = await PredictionStore.open(root, 'topic');
  expect([...again.all()]).toEqual([...store.all()]);
  expect(again.of({ path: 'b.csv', part: 'row 1' })).toMatchObject({ line: 2, runnerUp: { label: 'bug' } });
  expect([...again.files]).toEqual([['a.txt', '12 34']]);
  expect(again.pass).toEqual({ pass: 1, model: 'v1', ended: true });
  // Whatever the project's own .gitignore says.
  expect(await readFile(join(dirname(store.file), '.gitignore'), 'utf8')).toBe('*\n');
});

it('reads on after a torn line, zeros and foreign lines, and writes on behind them', async () => {
  const { root, store } = await twoAnswers();
  await appendFile(store.file, `\0\0\0\n{"path":3}\n[1]\nnull\n{"read":{"a.txt":1}}\n{"path":"c.txt","ha`);
  const again = await PredictionStore.open(root, 'topic');
  expect(again.size).toBe(2);
  await again.put([answer('d.txt', 'bug')]);
  const paths = [...(await PredictionStore.open(root, 'topic')).all()].map(({ path }) => path);
  expect(paths).toEqual(['a.txt', 'b.csv', 'd.txt']);
});

it('keeps the answer before a pass until the next one', async () => {
  const { root, store } = await twoAnswers();
  const changed = async (): Promise<(string | undefined)[]> =>
    [...(await PredictionStore.open(root, 'topic')).all()]
      .filter((one) => store.isChanged(one))
      .map(({ path, was }) => `${path}: ${was?.label}`);
  await store.begin('v2');
  await store.put([answer('a.txt', 'question', 0.5, 'v2')]);
  expect(await changed()).toEqual(['a.txt: bug']);
  // An interrupted pass goes on: what was said before it is what counts.
  await store.begin('v2');
  await store.put([answer('a.txt', 'praise', 0.5, 'v2')]);
  expect(await changed()).toEqual(['a.txt: bug']);
  await store.put([answer('a.txt', 'bug', 0.8, 'v2')]);
  expect(await changed()).toEqual([]);
  await store.put([answer('a.txt', 'praise', 0.5, 'v2')]);
  await store.end();
  expect(await changed()).toEqual(['a.txt: bug']);
  await store.begin('v2');
  expect(await changed()).toEqual([]);
});

it('forgets what is no longer there', async () => {
  const { root, store } = await twoAnswers();
  await store.forget([{ path: 'a.txt' }, { path: 'never.txt' }], ['a.txt']);
  const again = await PredictionStore.open(root, 'topic');
  expect([again.size, again.files.size]).toEqual([1, 0]);
});

it('takes in what another window writes, before its own writing too', async () => {
  const { root, store } = await twoAnswers();
  const other = await PredictionStore.open(root, 'topic');
  let told = 0;
  store.onDidChange(() => (told += 1));
  await other.put([answer('c.txt', 'bug')]);
  expect([await store.reload(), await store.reload(), told]).toEqual([true, false, 1]);
  await other.put([answer('d.txt', 'bug')]);
  await store.put([answer('e.txt', 'bug')]);
  expect(store.size).toBe(5);
});

it('writes the file anew when most of its lines no longer count', async () => {
  const root = await workspace();
  const store = await PredictionStore.open(root, 'topic');
  const some = Array.from({ length: 1000 }, (_, at) => answer(`${at}.txt`, 'bug'));
  for (let time = 0; time < 7; time += 1) await store.put(some, { '1.txt': `${time}` });
  const lines = (await readFile(store.file, 'utf8')).trim().split('\n');
  expect(lines.length).toBeLessThan(3100);
  const again = await PredictionStore.open(root, 'topic');
  expect([again.size, again.files.get('1.txt')]).toEqual([1000, '6']);
});

it('says so when it cannot write or read, and knows only what is on the disk', async () => {
  const root = await workspace({ '.nanonet/topic/classifier.json': '' });
  const store = await PredictionStore.open(root, 'topic');
  await writeFile(dirname(store.file), 'a file where the folder should be');
  await expect(store.put([answer('a.txt', 'bug')])).rejects.toMatchObject({ code: 'results/not-saved' });
  expect(store.size).toBe(0);
  await expect(PredictionStore.open(root, 'topic')).rejects.toMatchObject({ code: 'results/not-read' });
});

it('loads 50,000 answers in well under a second of the processor, and groups them', async () => {
  const root = await workspace({ '.nanonet/topic/results/predictions.jsonl': '' });
  const labels = ['bug', 'question', 'praise', 'order'];
  const lines = Array.from({ length: 50_000 }, (_, at) => {
    const path = `notes/2026/${at % 500}/text-${at}.txt`;
    const one = { ...answer(path, labels[at % 4] ?? '', ((at * 7919) % 50_000) / 50_000) };
    const runnerUp = { label: 'bug', score: 0.1 };
    return JSON.stringify({ ...one, runnerUp, abstained: at % 10 === 0, hash: at.toString(16).padStart(16) });
  });
  await writeFile(join(root, '.nanonet/topic/results/predictions.jsonl'), lines.join('\n'));
  const start = process.cpuUsage();
  const store = await PredictionStore.open(root, 'topic');
  const { user } = process.cpuUsage(start);
  const groups = await groupPredictions(store.all(), labels, { leastScore: 0.5, words: 'NOTES 2026' });
  expect([...groups.keys()]).toEqual([...labels, '(unsure)']);
  const scores = (groups.get('question') ?? []).map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect([...groups.values()].reduce((sum, { length }) => sum + length, 0)).toBe(25_000);
  expect(user / 1000).toBeLessThan(1000);
});
