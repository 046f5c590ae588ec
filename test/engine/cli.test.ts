import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentTools } from '../../extension/protocol/agentTools';
import type { DeviceReport, Evaluation, SuggestReason } from '../../extension/protocol/engineApi';
import type { TrainResult } from '../../extension/protocol/snapshot';
import { build } from '../../scripts/build.mjs';
import { root } from '../../scripts/setup.mjs';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let folder: string;
let model: string;
let program: string;

beforeAll(async () => {
  await build(root, { log: () => undefined });
  folder = await mkdtemp(join(tmpdir(), 'nanonet-cli-'));
  model = join(folder, 'model');
  // As npm installs it: a link in a folder of programs, called from another folder.
  program = join(folder, 'nanonet');
  await symlink(join(root, 'dist', 'cli.js'), program);
  await writeFile(
    join(folder, 'data.jsonl'),
    jsonLines(texts.map((row, i) => (i < 12 ? row : { text: row.text }))),
  );
  await writeFile(join(folder, 'test.jsonl'), jsonLines(texts));
  // The same as a table whose columns go by other names.
  const table = texts.map(({ text, label }, i) => `${i},"${text}",${i < 12 ? label : ''}\n`);
  await writeFile(join(folder, 'data.csv'), `number,body,kind\n${table.join('')}`);
  await writeFile(
    join(folder, 'test.json'),
    JSON.stringify(texts.map(({ text, label }) => ({ body: text, kind: label }))),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sport = [
  'the striker scored twice',
  'a late goal won the cup',
  'the coach praised the young goalkeeper',
];
const business = [
  'shares fell after the earnings report',
  'the bank raised rates',
  'profits rose at the oil company',
];
const when = ['today', 'on monday', 'last week', 'again', 'this year', 'in london'];
const texts = when.flatMap((time) =>
  [0, 1, 2].flatMap((i) => [
    { text: `${sport[i]} ${time}`, label: 'sport' },
    { text: `${business[i]} ${time}`, label: 'business' },
  ]),
);

function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Runs the program in the test's folder; `interruptAt` sends Ctrl-C when that appears on stderr. */
function nanonet(args: readonly string[], { input = '', interruptAt = '' } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder });
  child.stdin.on('error', () => undefined); // it ended before it read everything
  child.stdin.end(input);
  let out = '';
  let err = '';
  let interrupted = interruptAt === '';
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => {
    err += String(data);
    if (interrupted || !err.includes(interruptAt)) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const columns = ['--text-column', 'body', '--label-column', 'kind'];
const settings = ['--steps', '12', '--seed', '3', '--device', 'cpu'];

describe('nanonet', () => {
  it('trains, is stopped, goes on, and measures the result on what it was not told', async () => {
    const files = ['data.csv', '--test', 'test.json', ...columns];
    const args = ['train', ...files, '--out', 'model', '--json', ...settings];
    const stopped = await nanonet(args, { interruptAt: 'training teacher and students' });
    expect(stopped.err).toContain('Stopped; the same command goes on from here.');
    expect(stopped).toMatchObject({ code: 1, out: '' });
    expect(existsSync(model)).toBe(false);
    expect(await readdir(`${model}.run`)).not.toEqual([]);

    const finished = await nanonet(args);
    expect(finished).toMatchObject({ code: 0 });
    const result = JSON.parse(finished.out) as TrainResult;
    expect(result.labels.toSorted()).toEqual(['business', 'sport']);
    expect(result.counts).toEqual({ labelled: 12, unlabelled: 24 });
    expect(result.measuredOn).toMatch(/^24 /);
    expect(result.rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['teacher', 'student-1', 'regression']),
    );
    expect(existsSync(`${model}.run`)).toBe(false);
  });

  it('evaluates', async () => {
    const { code, out } = await nanonet(['evaluate', 'model', 'test.jsonl', '--json']);
    expect(code).toBe(0);
    const evaluation = JSON.parse(out) as Evaluation;
    expect(evaluation).toMatchObject({ texts: 36 });
    expect(evaluation.accuracy).toBeGreaterThan(0.8);
    expect(evaluation.confusion.flat().reduce((a, b) => a + b, 0)).toBe(36);
    expect((await nanonet(['evaluate', 'model', 'test.jsonl'])).out).toMatch(/accuracy +\d+\.\d %/);
    const small = await nanonet(['evaluate', 'model', 'test.jsonl', '--json', '--fast']);
    const { accuracy } = JSON.parse(small.out) as Evaluation;
    expect(Math.abs(accuracy - evaluation.accuracy)).toBeLessThanOrEqual(2 / 36);
    expect(small.out).not.toBe(out);
    const table = await nanonet(['evaluate', 'model', 'test.json', '--json', ...columns]);
    expect((JSON.parse(table.out) as Evaluation).confusion).toEqual(evaluation.confusion);
  });

  it('suggests what to label next, and why; a model says what it is unsure of', async () => {
    await writeFile(
      join(folder, 'open.jsonl'),
      jsonLines(texts.map(({ text }, i) => ({ text, id: `t${i}` }))),
    );
    const first = await nanonet(['suggest', 'open.jsonl', '--count', '10', '--json']);
    expect(first.code).toBe(0);
    const suggested = JSON.parse(first.out) as { row: number; text: string; reason: SuggestReason }[];
    expect(suggested.map(({ reason }) => reason.kind)).toEqual([
      ...new Array<string>(9).fill('cover'),
      'random',
    ]);
    for (const { row, text } of suggested) expect(text).toBe(texts[row]?.text);
    expect((await nanonet(['suggest', 'open.jsonl', '--count', '10', '--json'])).out).toBe(first.out);

    for (const data of [['data.jsonl'], ['data.csv', ...columns]]) {
      const known = await nanonet(['suggest', ...data, '--count', '99', '--json']);
      const rows = (JSON.parse(known.out) as typeof suggested).map(({ row }) => row);
      expect(rows.toSorted((a, b) => a - b)).toEqual(texts.map((_, row) => row).slice(12));
    }

    const asked = await nanonet(['suggest', 'open.jsonl', '--model', 'model', '--count', '10']);
    expect(asked.code).toBe(0);
    expect(asked.out.trim().split('\n')).toHaveLength(10);
    expect(asked.out).toMatch(/^t\d+ +(sport|business) \d+\.\d % or (sport|business) \d+\.\d % +\S/m);
    expect(asked.out).toMatch(/^t\d+ +by lot +\S/m);
    expect((await nanonet(['suggest', 'open.jsonl', '--model', 'missing'])).code).toBe(2);
  });

  it('says which devices work', async () => {
    const { code, out } = await nanonet(['devices', '--json']);
    expect(code).toBe(0);
    const devices = JSON.parse(out) as DeviceReport[];
    expect(devices.filter(({ reason }) => reason === undefined)).toHaveLength(1);
    expect((await nanonet(['devices'])).out).toMatch(/^(CPU|WebGPU|CUDA|DirectML) +taken$/m);
  });

  it('classifies files and standard input, a JSON line a text', async () => {
    await writeFile(join(folder, 'note.txt'), 'the goalkeeper\nscored a late goal\n');
    const { code, out, err } = await nanonet(
      ['classify', 'model', 'note.txt', 'test.jsonl', 'missing.txt', '-'],
      {
        input: 'the bank raised rates\n\nshares fell',
      },
    );
    const lines = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(lines).toHaveLength(1 + 36 + 2);
    expect(lines[0]).toMatchObject({ file: 'note.txt', label: 'sport' });
    expect(lines[36]).toMatchObject({ file: 'test.jsonl', line: 36 });
    expect(lines[38]).toMatchObject({
      line: 3,
      label: 'business',
      abstained: expect.any(Boolean) as boolean,
    });
    expect(lines[38]?.['score']).toBeGreaterThan(0.5);
    expect(code).toBe(1);
    expect(err).toContain('missing.txt');
    const table = await nanonet(['classify', 'model', 'data.csv', '--text-column', 'body']);
    const rows = table.out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(rows).toHaveLength(36);
    expect(rows[35]).toMatchObject({ file: 'data.csv', line: 37, row: 36 });
    expect(table).toMatchObject({ code: 0, err: '' });
    const small = await nanonet(['classify', '--fast', 'model', 'note.txt']);
    expect(JSON.parse(small.out)).toMatchObject({ file: 'note.txt', label: 'sport' });
  });

  it('ends quietly when its reader has enough', async () => {
    await writeFile(
      join(folder, 'many.jsonl'),
      jsonLines(Array.from({ length: 3000 }, (_, i) => ({ text: `goal ${i}` }))),
    );
    const line = `"${process.execPath}" "${program}" classify model many.jsonl | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', line], { cwd: folder });
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += String(data)));
    child.stderr.on('data', (data) => (err += String(data)));
    await new Promise((resolve) => child.on('close', resolve));
    expect(out).toMatch(/^\{"file":"many.jsonl","line":1,.*\}\n0\n$/);
    expect(err).toBe('');
  });

  it('writes answers to a file, goes on with it after it was killed, and never over another one', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      text: `goal ${'and another one '.repeat(i % 7)}${i}`,
    }));
    await writeFile(join(folder, 'many.jsonl'), jsonLines(many));
    const to = (file: string): string[] => ['classify', 'model', 'many.jsonl', '--out', file];
    expect(await nanonet(to('whole.jsonl'))).toMatchObject({ code: 0, out: '', err: '' });
    const whole = await readFile(join(folder, 'whole.jsonl'));

    const killed = spawn(process.execPath, [program, ...to('killed.jsonl')], { cwd: folder });
    const path = join(folder, 'killed.jsonl');
    await expect.poll(() => (existsSync(path) ? statSync(path).size : 0), { timeout: 30_000, interval: 5 }).toBeGreaterThan(0); // prettier-ignore
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.on('close', resolve));
    expect((await readFile(path)).length).toBeLessThan(whole.length);
    expect(await nanonet(to('killed.jsonl'))).toMatchObject({ code: 2 });
    expect(await nanonet([...to('killed.jsonl'), '--resume'])).toMatchObject({ code: 0, err: '' });
    expect((await readFile(path)).equals(whole)).toBe(true);
  });

  it('writes the same answers by several processes, and goes on with them by one', async () => {
    const some = (await readFile(join(folder, 'many.jsonl'), 'utf8')).split('\n').slice(0, 700);
    await writeFile(join(folder, 'some.jsonl'), some.join('\n'));
    await nanonet(['classify', 'model', 'some.jsonl', '--out', 'one.jsonl']);
    const one = await readFile(join(folder, 'one.jsonl'));
    const call = ['classify', 'model', 'some.jsonl', '--out', 'three.jsonl'];
    expect(await nanonet([...call, '--jobs', '3'])).toMatchObject({ code: 0, out: '', err: '' });
    expect((await readFile(join(folder, 'three.jsonl'))).equals(one)).toBe(true);
    await writeFile(join(folder, 'three.jsonl'), one.subarray(0, one.length / 2));
    expect(await nanonet([...call, '--resume', '--jobs', '2'])).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'three.jsonl'))).equals(one)).toBe(true);
  });

  it('writes tables, whole or not at all, which go on too', async () => {
    const printed = await nanonet(['classify', 'model', 'test.jsonl', '--format', 'csv']);
    expect(printed.out.split('\n').slice(0, 2)).toEqual([
      'file,line,row,part,id,label,score,runnerUp,runnerUpScore,abstained',
      expect.stringMatching(/^test\.jsonl,1,,,,sport,0\.\d+,business,0\.\d+,(true|false)$/) as string,
    ]);
    const call = ['classify', 'model', 'test.jsonl', '--out', 'a.csv'];
    expect(await nanonet(call)).toMatchObject({ code: 0, out: '', err: '' });
    expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(printed.out);
    // Another command was killed while it gathered its answers.
    await rm(join(folder, 'a.csv'));
    await nanonet(['classify', 'model', 'test.jsonl', '--out', 'whole.part.jsonl']);
    const gathered = await readFile(join(folder, 'whole.part.jsonl'));
    await writeFile(join(folder, 'a.csv.part'), gathered.subarray(0, 1000));
    expect(await nanonet(call)).toMatchObject({ code: 2, err: expect.stringMatching(/a\.csv\.part is there/) as string }); // prettier-ignore
    expect(await nanonet([...call, '--resume'])).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(printed.out);
    expect(existsSync(join(folder, 'a.csv.part'))).toBe(false);
    expect(await nanonet([...call, '--resume'])).toMatchObject({ code: 2, err: expect.stringMatching(/and whole/) as string }); // prettier-ignore
    // Killed after the table was made, before what was gathered is gone.
    await writeFile(join(folder, 'a.csv.part'), gathered);
    expect(await nanonet([...call, '--resume'])).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'a.csv.part'))).toBe(false);
    expect(await nanonet(['classify', 'model', 'test.jsonl', '--out', 'a.parquet'])).toMatchObject({
      code: 0,
    });
    const again = await nanonet(['classify', 'model', 'a.parquet', '--text-column', 'label']);
    expect(again.out.trim().split('\n')).toHaveLength(36);
  });

  it('hands a model on as one file', async () => {
    const exported = await nanonet(['export', 'model', '--out', 'sport.nanonet.zip']);
    expect(exported).toMatchObject({ code: 0, err: '' });
    const [, sha256 = ''] =
      /^sport\.nanonet\.zip: \d+\.\d MB, SHA-256 ([0-9a-f]{64})\n$/.exec(exported.out) ?? [];
    const call = ['import', 'sport.nanonet.zip', '--out', 'handed', '--sha256', sha256];
    expect(await nanonet(call)).toMatchObject({ code: 0, out: 'handed: labels business, sport\n', err: '' });
    const asked = ['note.txt', '--fast'];
    expect(await nanonet(['classify', 'handed', ...asked])).toEqual(
      await nanonet(['classify', 'model', ...asked]),
    );
    expect(await nanonet(call)).toMatchObject({ code: 1, err: expect.stringMatching(/is there already/) as string }); // prettier-ignore

    const classifier = join('.nanonet', 'topics');
    await mkdir(join(folder, classifier), { recursive: true });
    await writeFile(join(folder, classifier, 'classifier.json'), '{}');
    expect(await nanonet(['import', 'sport.nanonet.zip', '--into', classifier])).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, classifier, 'models'))).toEqual(['v1']);

    // Its list is right, its graph is none.
    await mkdir(join(folder, 'hollow', 'onnx'), { recursive: true });
    for (const file of ['nanonet.json', 'config.json', 'tokenizer.json', 'tokenizer_config.json'])
      await writeFile(join(folder, 'hollow', file), await readFile(join(model, file)));
    for (const file of ['model.onnx', 'model_quantized.onnx'])
      await writeFile(join(folder, 'hollow', 'onnx', file), 'no graph');
    await nanonet(['export', 'hollow']);
    const hollow = await nanonet(['import', 'hollow.nanonet.zip', '--out', 'never']);
    expect(hollow).toMatchObject({ code: 1, err: expect.stringMatching(/the model in it does not work \(onnx\/model\.onnx/) as string }); // prettier-ignore
    expect((await readdir(folder)).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('fails on a label that it was told to fail on, whether found now or before', async () => {
    const call = ['classify', 'model', 'test.jsonl', '--out', 'found.jsonl', '--fail-on', 'sport'];
    const first = await nanonet(call);
    expect(first).toMatchObject({ code: 3, err: expect.stringMatching(/^Found \d+ texts of “sport”\.\n$/) as string }); // prettier-ignore
    expect(await nanonet([...call, '--resume'])).toMatchObject({ code: 3, err: first.err });
    expect((await nanonet(['classify', 'model', 'note.txt', '--fail-on', 'business'])).code).toBe(0);
    await mkdir(join(folder, 'mixed'));
    await writeFile(join(folder, 'mixed', 'a.txt'), 'the striker scored twice');
    await writeFile(join(folder, 'mixed', 'picture.png'), Buffer.from([0x89, 0, 1]));
    expect(await nanonet(['classify', 'model', 'mixed'])).toMatchObject({
      code: 0,
      err: '1 file or row without a text left out.\n',
    });
  });

  it('serves a model to agents by the protocol’s own client', async () => {
    const mails = join(folder, 'mails');
    await mkdir(mails, { recursive: true });
    for (const [i, { text }] of texts.entries()) await writeFile(join(mails, `${i}.txt`), text);
    await writeFile(join(mails, 'none.bin'), Buffer.from([0, 1, 2]));
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp', 'model', 'mails'],
      cwd: folder,
      stderr: 'pipe',
    });
    let said = '';
    transport.stderr?.on('data', (data) => (said += String(data)));
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> =>
      (await client.callTool({ name, arguments: args })) as Record<string, unknown>;
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(Object.keys(agentTools));
      expect(tools.every((tool) => tool.annotations?.readOnlyHint)).toBe(true);
      expect((await call('list_labels', {}))['structuredContent']).toEqual({ labels: ['business', 'sport'] });
      const asked = ['the goalkeeper scored a late goal', 'shares fell at the oil company'];
      const { answers } = (await call('classify_text', { texts: asked }))['structuredContent'] as {
        answers: { label: string; score: number }[];
      };
      expect(answers.map(({ label }) => label)).toEqual(['sport', 'business']);
      const found = (await call('find_texts_by_label', { label: 'sport', count: 3 }))[
        'structuredContent'
      ] as {
        texts: { file: string; label: string; score: number; excerpt: string }[];
        of: number;
      };
      expect(found.texts).toHaveLength(3);
      expect(found.of).toBeGreaterThan(12);
      const [surest] = found.texts;
      expect(surest).toMatchObject({
        label: 'sport',
        excerpt: await readFile(join(folder, surest?.file ?? ''), 'utf8'),
      });
      expect(found.texts.map(({ score }) => score)).toEqual(
        found.texts.map(({ score }) => score).sort((a, b) => b - a),
      );
      const suggested = (await call('suggest_texts_to_label', { count: 4 }))['structuredContent'] as {
        suggestions: { file: string; excerpt: string; reason: { kind: string } }[];
        settled: boolean;
      };
      expect(suggested.settled).toBe(true);
      expect(new Set(suggested.suggestions.map(({ excerpt }) => excerpt)).size).toBe(4);
      for (const { file, excerpt, reason } of suggested.suggestions) {
        expect(['unsure', 'cover', 'rare', 'random']).toContain(reason.kind);
        expect(await readFile(join(folder, file), 'utf8')).toBe(excerpt);
      }
      expect(said).toContain('none.bin: it is a binary file');
      for (const [name, args] of [
        ['classify_text', { texts: [] }],
        ['classify_text', { texts: 'a text' }],
        ['find_texts_by_label', { label: 'tea' }],
        ['suggest_texts_to_label', { count: 0 }],
        ['delete_everything', {}],
      ] as const) {
        const refused = await call(name, args).catch((error: unknown) => ({ isError: true, error }));
        expect(refused['isError'], name).toBe(true);
      }
      expect((await call('classify_text', { texts: ['again'] }))['isError']).toBeUndefined();
    } finally {
      await client.close();
    }
    const left = spawn(process.execPath, [program, 'mcp', 'model'], { cwd: folder });
    left.stdin.end();
    expect(await new Promise((resolve) => left.on('close', resolve)), 'ends with its client').toBe(0);
  });

  it('says in one sentence what was wrong with the call', async () => {
    await writeFile(join(folder, 'broken.jsonl'), '{"text":"a","label":"x"}\n{"txt":"b"}\n');
    await writeFile(join(folder, 'other.csv'), 'text,label\n"a\nb",sport\nc,tea\n');
    await writeFile(join(folder, 'torn.json'), '{\n"sport": "Games"\n');
    await writeFile(join(folder, 'numbers.json'), '{"sport": 3}');
    await writeFile(join(folder, 'chess.json'), '{"chess": "A game on a board."}');
    await mkdir(join(folder, 'torn'));
    await writeFile(join(folder, 'torn', 'config.json'), '{"id2label": {');
    const described = (file: string) => ['train', 'data.jsonl', '--out', 'm', '--descriptions', file];
    const wrong: [args: string[], code: number, message: RegExp][] = [
      [[], 2, /Usage: nanonet/],
      [['fly'], 2, /unknown command 'fly'/],
      [['train', 'data.jsonl'], 2, /--out/],
      [['train', 'nothing.jsonl', '--out', 'm'], 2, /nothing\.jsonl does not exist/],
      [['train', 'data.jsonl', '--out', '.'], 2, /not a model of NanoNet/],
      [['train', 'data.jsonl', '--out', 'm', '--steps', 'many'], 2, /'many' is not a whole number/],
      [['train', 'data.jsonl', '--out', 'm', '--base', folder], 2, /has no config\.json/],
      [['train', '--project', folder], 2, /has no classifier/],
      [['classify', 'model', 'note.txt', '--format', 'parquet'], 2, /name a file with --out/],
      [['classify', 'model', 'note.txt', '--jobs', '0'], 2, /'0' is not a number from 1 to 64/],
      [
        ['classify', 'model', 'none/*.txt'],
        1,
        /none\/\*\.txt: no file is called so, and as a pattern it finds none/,
      ],
      [['import', 'note.txt'], 2, /--out DIR or --into CLASSIFIER/],
      [['import', 'note.txt', '--out', 'x'], 1, /note\.txt is not taken: it is damaged or no zip/],
      [['classify', 'model', 'note.txt', '--resume'], 2, /--resume needs the file of --out/],
      [['classify', 'torn', 'note.txt', '--fail-on', 'tea'], 1, /config\.json, line 1: this is not JSON/],
      [
        ['classify', 'model', 'note.txt', '--fail-on', 'tea'],
        2,
        /no label “tea” to fail on; it has business, sport/,
      ],
      [described('nothing.json'), 2, /^The file of descriptions nothing\.json does not exist\.$/m],
      [described('torn.json'), 1, /^torn\.json, line 3: this is not JSON; mend the line and try again\.$/m],
      [described('numbers.json'), 1, /^numbers\.json: "sport": a description is a text\.$/m],
      [
        described('chess.json'),
        1,
        /^"chess" has a description, but is the label of no text of data\.jsonl;/m,
      ],
      [['train', '--project', folder, '--descriptions', 'chess.json'], 2, /leave --descriptions out/],
      [['evaluate', folder, 'test.jsonl'], 2, /has no config\.json/],
      [
        ['train', 'broken.jsonl', '--out', 'm'],
        1,
        /^broken\.jsonl, line 2: "text" is missing or no text\.$/m,
      ],
      [
        ['train', 'data.csv', '--out', 'm'],
        2,
        /^data\.csv has no column "text", but "number", "body", "kind"; name .* --text-column\.$/m,
      ],
      [
        ['train', 'data.csv', '--out', 'm', '--text-column', 'body'],
        1,
        /^data\.csv has labels of no class;/m,
      ],
      [['evaluate', 'model', 'data.csv', ...columns], 1, /^data\.csv, line 14: there is no label/m],
      [
        ['evaluate', 'model', 'other.csv'],
        1,
        /^other\.csv, line 4: the model does not know the label "tea";/m,
      ],
    ];
    for (const [args, code, message] of wrong) {
      const ended = await nanonet(args);
      expect(ended, args.join(' ')).toMatchObject({ code, out: '' });
      expect(ended.err, args.join(' ')).toMatch(message);
      expect(ended.err, args.join(' ')).not.toMatch(/^\s+at /m);
    }
    expect((await nanonet(['--version'])).out.trim()).toBe(
      (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version,
    );
  });
});
