/** Ten thousand short texts and a classifier with three labels, none given: what a person begins with. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalLine } from './sampleWorkspace';

const subjects = [
  'The invoice',
  'The parcel',
  'The printer',
  'My account',
  'The app',
  'The door',
  'The heating',
];
const events = ['is late', 'was wrong', 'stopped working', 'is fine now', 'cannot be opened', 'made my day'];
const places = ['in Berlin', 'in Nairobi', 'in Osaka', 'at home', 'in the office', 'on the train'];

export interface LabelWorkspace {
  readonly folder: string;
  /** Parsed lines of the label journal. */
  journal(): Promise<JournalLine[]>;
  remove(): Promise<void>;
}

/** @param count number of texts, each different */
export async function labelWorkspace(count: number): Promise<LabelWorkspace> {
  const folder = join(await mkdtemp(join(tmpdir(), 'nanonet-label-')), 'tickets');
  const project = join(folder, '.nanonet', 'tickets');
  await mkdir(project, { recursive: true });
  await mkdir(join(folder, 'texts'));
  const labels = ['complaint', 'question', 'praise'].map((name, at) => ({ name, key: String(at + 1) }));
  const sources = [{ kind: 'files', glob: 'texts/*.txt' }];
  const classifier = { version: 1, name: 'tickets', labels, sources };
  await writeFile(join(project, 'classifier.json'), JSON.stringify(classifier, null, 2));
  const texts = Array.from({ length: count }, (_, at) => {
    const [subject, event, place] = [subjects, events, places].map(
      (words, i) => words[(at + i * 3) % words.length],
    );
    return writeFile(
      join(folder, 'texts', `${String(at).padStart(5, '0')}.txt`),
      `${subject} ${event} ${place}, case ${at}.\n`,
    );
  });
  await Promise.all(texts);
  const journal = async (): Promise<JournalLine[]> => {
    const content = await readFile(join(project, 'labels.jsonl'), 'utf8').catch(() => '');
    return content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine);
  };
  return { folder, journal, remove: () => rm(join(folder, '..'), { recursive: true, force: true }) };
}
