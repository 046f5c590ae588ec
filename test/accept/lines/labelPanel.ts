import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { importRows, labelRows, parseRow, rowLine } from '../../../extension/project/labelExchange';
import { openWorkbench } from '../../editor/harness/browser';
import { repository, testOutput } from '../../editor/harness/places';
import { startVsCode, type VsCodeServer } from '../../editor/harness/server';
import { labelWorkspace } from '../../editor/labelWorkspace';
import { buildJournalWriter, type JournalWriter } from '../../faults/writing';
import { random, saidBy, scribble } from '../../unit/project/randomJournal';
import type { Measured } from '../framework';

const longestKeyMs = 50;
const kills = 120;
const fullDisks = 65;
const hostKills = 5;
const engineKills = 10;
const journals = 1000;

/** The suite that labels a hundred of ten thousand texts by keyboard alone, with axe-core in three themes. */
export async function keyboardAlone(): Promise<Measured> {
  const file = join('test', 'editor', 'labelPanel.test.ts');
  const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [program, 'run', '--project', 'editor', file];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: 'ignore' });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const { texts, labelled, medianMs, p95Ms } = JSON.parse(
    await readFile(join(testOutput, 'figures', 'labelPanel.json'), 'utf8'),
  ) as Record<'texts' | 'labelled' | 'medianMs' | 'p95Ms', number>;
  return {
    figure:
      `${labelled} of ${texts} texts; key to next text ${medianMs.toFixed(0)} ms in the middle, ${p95Ms.toFixed(0)} ms ` +
      `at the 95th percentile (under ${longestKeyMs} ms); tests ${code === 0 ? 'passed' : 'failed'}`,
    ok: code === 0 && labelled === 100 && p95Ms < longestKeyMs,
  };
}

/** Killed and out of space while somebody labels: what was acknowledged is there, and what is torn is told. */
export async function nothingIsLost(): Promise<Measured> {
  const draw = random(1);
  const writer = await buildJournalWriter();
  const told = { acknowledged: 0, lost: 0, torn: 0, untold: 0, ended: 0 };
  try {
    await killed(writer, draw, told);
    await outOfSpace(writer, draw, told);
  } finally {
    await writer.remove();
  }
  await killedInTheEditor(draw, told);
  const { acknowledged, lost, torn, untold, ended } = told;
  const moments = kills + fullDisks + hostKills + engineKills;
  return {
    figure:
      `${moments} moments (${kills} kills of a labelling process, ${fullDisks} full disks, in VS Code ${hostKills} kills of ` +
      `the extension host and ${engineKills} of the engine): ${lost} of ${acknowledged} acknowledged labels lost (0), ` +
      `${torn} torn lines repaired, ${untold} not told (0)`,
    ok: lost === 0 && untold === 0 && torn > 0 && ended >= hostKills + engineKills && acknowledged > moments,
  };
}

/** What is exported and imported is the same, to the byte. */
export async function exportIsIdentity(): Promise<Measured> {
  let same = 0;
  for (let seed = 1; seed <= journals; seed += 1) {
    await inFolder(async (root) => {
      const journal = await LabelJournal.open(root, 'mail', { author: 'Ada' });
      await scribble(journal, 25, random(seed));
      const lines = labelRows(journal).map(rowLine);
      const other = await LabelJournal.open(root, 'copy', { author: 'Bob' });
      await importRows(
        other,
        lines.map((line, at) => parseRow(line, at + 1)),
      );
      if (labelRows(other).map(rowLine).join('') === lines.join('')) same += 1;
    });
  }
  return { figure: `${same} of ${journals} journals are the same`, ok: same === journals };
}

/** `ended`: processes of VS Code that were found and killed. */
type Told = { acknowledged: number; lost: number; torn: number; untold: number; ended: number };

async function killed(writer: JournalWriter, draw: () => number, told: Told): Promise<void> {
  for (let round = 0; round < kills; round += 1) {
    await inFolder(async (root) => {
      const { child, saved, ended } = writer.write(root, `w${round}`, 1_000_000);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, draw() * 120));
      child.kill('SIGKILL');
      await ended;
      count(await LabelJournal.open(root, 'mail'), saved, told);
      await tear(root, draw, told);
    });
  }
}

/** A power cut leaves part of a line that nobody was told is saved. */
async function tear(root: string, draw: () => number, told: Told): Promise<void> {
  const journal = await LabelJournal.open(root, 'mail');
  const [line = ''] = (await readFile(journal.file, 'utf8')).split('\n');
  await appendFile(journal.file, line.slice(0, 1 + Math.floor(draw() * (line.length - 2))));
  const before = saidBy(journal);
  const torn = await LabelJournal.open(root, 'mail');
  if (torn.problems.length !== 1) told.untold += 1;
  const isWhole = JSON.stringify(saidBy(torn)) === JSON.stringify(before);
  await torn.label({ path: 'after.txt', text: 'after' }, 'ham');
  const again = await LabelJournal.open(root, 'mail');
  if (isWhole && again.state.documentLabel('after.txt')?.label === 'ham') told.torn += 1;
  else told.lost += 1;
}

async function outOfSpace(writer: JournalWriter, draw: () => number, told: Told): Promise<void> {
  for (let round = 0; round < fullDisks; round += 1) {
    await inFolder(async (root) => {
      const blocks = 2 + Math.floor(draw() * 24);
      const { saved, ended } = writer.write(root, 'w', 1_000_000, {}, `ulimit -f ${blocks}; `);
      if (!/there is no space left for .*labels\.jsonl; free/.test(await ended)) told.untold += 1;
      const journal = await LabelJournal.open(root, 'mail');
      count(journal, saved, told);
      if (journal.problems.length > 0) told.lost += 1;
    });
  }
}

/** Labels in the panel while the extension host and the engine are killed. */
async function killedInTheEditor(draw: () => number, told: Told): Promise<void> {
  const workspace = await labelWorkspace(2000);
  const { folder } = workspace;
  const server = await startVsCode({ workspace: folder, extensionDevelopmentPath: repository, name: 'kill' });
  const code = await openWorkbench(server, { theme: 'dark' });
  try {
    await code.runCommand('NanoNet: Open Label Panel');
    for (let round = 0; round < hostKills + engineKills; round += 1) {
      const isHost = round % 3 === 2;
      const panel = await code.webview('Label tickets');
      const text = panel.locator('.text');
      await text.waitFor({ timeout: 60_000 });
      await panel.locator('.labels').focus();
      if (!isHost) await panel.locator('.order select').selectOption('useful');
      let acknowledged = (await workspace.journal()).length;
      for (let at = 0; at < 4; at += 1) {
        const before = await text.textContent();
        await code.page.keyboard.press(String(1 + Math.floor(draw() * 3)));
        await panel.locator('.text', { hasNotText: before?.trim() ?? '' }).waitFor();
        acknowledged += 1;
      }
      await code.page.keyboard.press('1');
      await new Promise((resolve) => setTimeout(resolve, draw() * 30));
      told.ended += await kill(server, isHost ? '--type=extensionHost' : join('dist', 'engine.js'));
      const journal = await LabelJournal.open(folder, 'tickets');
      told.acknowledged += 4;
      const there = journal.state.labelledDocuments().length;
      if (there < acknowledged) told.lost += acknowledged - there;
      if (isHost) await code.reload();
    }
  } finally {
    await code.close();
    await server.stop();
    await workspace.remove();
  }
}

/** Ends those processes of VS Code whose command line has this in it. @returns how many */
async function kill(server: VsCodeServer, what: string): Promise<number> {
  let ended = 0;
  for (const pid of server.processes) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(what)) continue;
    process.kill(pid, 'SIGKILL');
    ended += 1;
  }
  return ended;
}

function count(journal: LabelJournal, saved: readonly string[], told: Told): void {
  const there = new Set(journal.said.map(({ id }) => id));
  told.acknowledged += saved.length;
  told.lost += saved.filter((id) => !there.has(id)).length;
}

async function inFolder(work: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'nanonet-accept-'));
  try {
    await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
