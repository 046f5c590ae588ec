/** The entry of a process that reads files. */
import { isMainThread, workerData } from 'node:worker_threads';
import { extractJob } from './extract/job';
import type { Question } from './extract/format';
import { parquetJob, type ParquetJob } from './parquetFile';
import { serveReader, watchReader } from './readerProcess';

if (isMainThread) {
  // A promise of a library that nobody waits for says nothing of the next file.
  process.on('unhandledRejection', () => undefined);
  serveReader((job: Question | ParquetJob) => ('format' in job ? extractJob(job) : parquetJob(job)));
} else watchReader(workerData as Parameters<typeof watchReader>[0]);
