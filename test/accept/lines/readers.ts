/** Hostile files for every reader of texts, in a process of its own, and large ones. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { forNode } from '../../../scripts/build.mjs';
import type { Source } from '../../../extension/sources/sources';
import { outputFolder } from '../../editor/harness/places';
import { hostileFiles } from '../../hostile/mutations';
import type { ProbeAnswer } from '../../hostile/probe';
import { hostileReaders, type HostileReader, type Row } from '../../hostile/readers';
import { random } from '../../unit/project/randomJournal';
import type { Measured } from '../framework';
import { readRows } from './benchmarkSets';

const filesOfReader = 500;
const rowsOfFile = 400;
/** More would take each other's time, and what a file takes is measured. */
const probesAtOnce = availableParallelism();
const longestMs = 5000;
/** Then it is taken for hung, and ended. A machine that has other work is slow, but not without end. */
const patienceMs = 120_000;
/** Over what the process has after a good file; together with the process that it may start. */
const mostBytes = 700e6;
const rowsOfStream = 200_000;
const mostStreamBytes = 200e6;
const sampleMs = 20;
const mostTold = 20;

/** What became of a reader's files. */
interface Outcome {
  readonly name: string;
  readonly files: number;
  readonly slowestMs: number;
  /** The damage of that file. */
  readonly slowest: string;
  readonly peakBytes: number;
  /** What a reader must not do, with the damage of the file. */
  readonly faults: readonly string[];
  readonly withTexts: number;
}

/** Every reader of `hostileReaders`, and rows by the hundred thousand. */
export async function readersHold(): Promise<Measured> {
  const rows = (await readRows('ag_news', 'pool')).slice(0, rowsOfFile);
  const program = await buildProbe();
  const root = await mkdtemp(join(tmpdir(), 'nanonet-readers-'));
  try {
    const outcomes: Outcome[] = [];
    for (const reader of hostileReaders) outcomes.push(await hold(program, root, reader, rows));
    const streams: { figure: string; ok: boolean }[] = [];
    for (const name of ['csv', 'json lines']) streams.push(await stream(program, root, name, rows));
    const told = outcomes.map(
      ({ name, files, withTexts, slowestMs, slowest, peakBytes, faults }) =>
        `${name} ${files} files (${withTexts} with texts), slowest ${(slowestMs / 1000).toFixed(1)} s (${slowest}), ` +
        `${mb(peakBytes)} more, ${faults.length} faults`,
    );
    for (const { name, faults } of outcomes)
      for (const fault of [...new Set(faults)].slice(0, mostTold))
        process.stderr.write(`   ${name}: ${fault}\n`);
    return {
      figure:
        `${told.join('; ')} (0 faults, under ${longestMs / 1000} s, under ${mb(mostBytes)}: room for a row group unpacked ` +
        `twice over); ${streams.map(({ figure }) => figure).join('; ')} (under ${mb(mostStreamBytes)} more)`,
      ok:
        streams.every(({ ok }) => ok) &&
        outcomes.every((o) => o.faults.length === 0 && o.slowestMs < longestMs && o.peakBytes < mostBytes),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function hold(
  program: string,
  root: string,
  reader: HostileReader,
  rows: readonly Row[],
): Promise<Outcome> {
  const draw = random(hostileReaders.indexOf(reader) + 1);
  const good = await reader.make(rows, draw);
  const files = hostileFiles(reader, rows, filesOfReader, draw);
  const outcome = {
    name: reader.name,
    files: 0,
    slowestMs: 0,
    slowest: '',
    peakBytes: 0,
    withTexts: 0,
    faults: [] as string[],
  };
  const inTurn = async (_: unknown, at: number): Promise<void> => {
    const name = `${at}.${reader.extension}`;
    const source = reader.source(name);
    let probe = new Probe(program);
    await writeFile(join(root, name), good);
    const first = await probe.read(root, source);
    let base = first?.peakBytes ?? 0;
    if (first?.problems !== 0 || first.texts === 0) outcome.faults.push('a good file is not read');
    // A generator answers those that ask in turn.
    for (let next = await files.next(); !next.done; next = await files.next()) {
      const { mutation, bytes } = next.value;
      await writeFile(join(root, name), bytes);
      const answer = await probe.read(root, source);
      outcome.files += 1;
      if (answer === undefined) {
        await writeFile(join(await outputFolder('readers'), `${outcome.files}-${name}`), bytes);
        outcome.faults.push(`${mutation}: ${probe.end}`);
        probe = new Probe(program);
        base = 0;
        continue;
      }
      if (answer.texts > 0) outcome.withTexts += 1;
      // The processor's time where that is less: the machine may have other work.
      const ms = Math.min(answer.ms, answer.cpuMs + probe.children.cpuMs);
      if (ms > outcome.slowestMs) Object.assign(outcome, { slowestMs: ms, slowest: mutation });
      outcome.peakBytes = Math.max(outcome.peakBytes, answer.peakBytes - base + probe.children.peakBytes);
      outcome.faults.push(...answer.faults.map((fault) => `${mutation}: ${fault}`));
    }
    await probe.stop();
    await rm(join(root, name));
  };
  await Promise.all(Array.from({ length: probesAtOnce }, inTurn));
  return outcome;
}

/** Rows by the hundred thousand: memory does not grow with them. */
async function stream(
  program: string,
  root: string,
  name: string,
  rows: readonly Row[],
): Promise<{ figure: string; ok: boolean }> {
  const reader = hostileReaders.find((one) => one.name === name);
  if (reader === undefined) throw new Error(`There is no reader ${name}.`);
  const file = join(root, `large.${reader.extension}`);
  const good = Buffer.from(await reader.make(rows, random(1))).toString();
  const headLength = name === 'csv' ? good.indexOf('\n') + 1 : 0;
  const to = createWriteStream(file);
  to.write(good.slice(0, headLength));
  for (let written = 0; written < rowsOfStream; written += rows.length) {
    if (!to.write(good.slice(headLength))) await once(to, 'drain');
  }
  to.end();
  await once(to, 'finish');
  const probe = new Probe(program);
  const base = (await probe.read(root, reader.source('none')))?.peakBytes ?? 0;
  const answer = await probe.read(root, reader.source(`large.${reader.extension}`), 10 * patienceMs);
  await probe.stop();
  await rm(file);
  const { texts = 0, ms = Infinity, cpuMs = Infinity, peakBytes = Infinity } = answer ?? {};
  return {
    figure:
      `${texts} rows of ${name} in ${(ms / 1000).toFixed(1)} s (${(cpuMs / 1000).toFixed(1)} s of the processor) with ` +
      `${mb(peakBytes - base)} more`,
    ok: texts === rowsOfStream && peakBytes - base < mostStreamBytes,
  };
}

/** A process that reads one file after the other. */
class Probe {
  /** How it ended, when it did. */
  end = '';
  /** Of the processes that it started while it read the last file; 0 where the system does not say. */
  children = { cpuMs: 0, peakBytes: 0 };
  private readonly child: ChildProcess;
  private readonly ended: Promise<undefined>;
  private said = '';

  constructor(program: string) {
    this.child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.said = (this.said + String(chunk)).slice(-500)));
    this.ended = once(this.child, 'exit').then(([code, signal]) => {
      this.end ||= `its process ended with ${String(signal ?? code)}: ${this.said}`;
      return undefined;
    });
  }

  /** @returns undefined when the process came to an end, or was ended since it took too long */
  async read(root: string, source: Source, patience = patienceMs): Promise<ProbeAnswer | undefined> {
    this.children = { cpuMs: 0, peakBytes: 0 };
    const late = setTimeout(() => {
      this.end = `not read after ${patience / 1000} s`;
      this.child.kill('SIGKILL');
    }, patience);
    const sample = setInterval(() => void this.sample(), sampleMs);
    try {
      const answer = once(this.child, 'message').then(([message]) => message as ProbeAnswer);
      this.child.send({ root, source }, () => undefined);
      return await Promise.race([answer, this.ended]);
    } finally {
      clearTimeout(late);
      clearInterval(sample);
    }
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Linux keeps the peak of each process. A reader starts one at a time. */
  private async sample(): Promise<void> {
    const tasks = `/proc/${this.child.pid}/task`;
    for (const task of await readdir(tasks).catch(() => [])) {
      const children = await readFile(join(tasks, task, 'children'), 'utf8').catch(() => '');
      for (const pid of children.split(' ').filter((id) => id !== '')) {
        const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
        const peak = 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
        // User and system time, in hundredths of a second.
        const [user = '0', system = '0'] = stat.split(') ')[1]?.split(' ').slice(11, 13) ?? [];
        this.children.peakBytes = Math.max(this.children.peakBytes, peak);
        this.children.cpuMs = Math.max(this.children.cpuMs, 10 * (Number(user) + Number(system)));
      }
    }
  }
}

/** Bundled so that it finds `dist/` as the sources do. */
async function buildProbe(): Promise<string> {
  const outfile = join(await outputFolder('readers'), 'probe.js');
  const entry = join(import.meta.dirname, '..', '..', 'hostile', 'probe.ts');
  await build({ ...forNode, entryPoints: [entry], outfile, bundle: true, logLevel: 'error' });
  return outfile;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
