/** The entry of a process that reads a file. */
import { isMainThread, workerData } from 'node:worker_threads';
import { parquetJob } from './parquetFile';
import { serveReader, watchReader } from './readerProcess';

if (isMainThread) serveReader(parquetJob);
else watchReader(workerData as Parameters<typeof watchReader>[0]);
