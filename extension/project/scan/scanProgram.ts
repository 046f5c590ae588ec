/** The process that looks through a workspace: one scan, piece by piece as the other side asks for them. */
import { constants, setPriority } from 'node:os';
import { IPCMessageReader, IPCMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { RpcServer } from '../../protocol/rpc';
import { PredictionStore } from '../predictions';
import { scan } from './scan';
import type { ScanBatch, ScanEnd, ScanRequests } from './scanApi';

let pieces: AsyncGenerator<ScanBatch | ScanEnd> | undefined;

// The editor comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
new RpcServer<ScanRequests, Record<never, never>>(connection, {
  'scan/begin': async (params) => {
    const store = await PredictionStore.open(params.root, params.classifier.name);
    // Whoever has enough ends the process.
    pieces = scan(params, store, new AbortController().signal);
    return null;
  },
  'scan/next': async () => {
    const next = await pieces?.next();
    if (!next || next.done) throw new Error('There is no scan, or it is over.');
    return next.value;
  },
});
