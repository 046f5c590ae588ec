import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { sharedAmong, withEngines } from './engines';
import { count } from './figures';
import type { Installation } from './installation';
import { interruptible } from './interrupt';
import { modelDigest } from './modelDigest';
import { atLeastOne, readingFrom, readingOptions, type ReadingOptions } from './options';
import { queueAddress, queueOption } from './queueAddress';
import { withRedis } from './queueConnection';
import { serveShards } from './queueWorker';
import type { Terminal } from './terminal';
import { needFolder } from './usageError';

interface WorkerCommandOptions extends ReadingOptions {
  readonly queue: string;
  readonly concurrency: number;
}

/** `nanonet worker`: answers what `nanonet classify --queue` sends. */
export function workerCommand(installation: Installation, terminal: Terminal): Command {
  const command = new Command('worker')
    .summary('label the texts of a queue')
    .description(
      'Takes texts for this model from a queue in Redis and puts the answers there, until it is stopped (Ctrl-C). As many workers as you like, on any machines that ' +
        'reach the Redis, come and go as they like. `nanonet classify MODEL --queue` sends the texts: the same model, read in the same way.',
    )
    .argument('<model>', "the model's folder")
    .addOption(queueOption('the Redis to take texts from').makeOptionMandatory())
    .addOption(
      new Option(
        '--concurrency <shards>',
        'shards of texts that are read at the same time, by an engine each',
      )
        .argParser(atLeastOne)
        .default(1),
    )
    .action(async (model: string, options: WorkerCommandOptions) => {
      needFolder(model, 'The model', 'config.json');
      const address = queueAddress(options.queue);
      const reading = { modelDir: resolve(model), ...readingFrom(options) };
      const digest = await modelDigest(reading.modelDir, options.fast);
      const say = (line: string): void => void terminal.err.write(`${line}\n`);
      await interruptible(
        (signal) =>
          withRedis(address, terminal, (redis, library) =>
            withEngines(installation, terminal, options.concurrency, async (engines) => {
              const shared = { ...reading, ...sharedAmong(engines) };
              const served = { engines, reading: shared, model: digest, from: address.name, signal, say };
              const texts = await serveShards(redis, library, served);
              say(`Stopped; ${count(texts, 'text')} answered.`);
            }),
          ),
        () => say('Stopping after the texts that are under way; Ctrl-C once more stops at once.'),
      );
    });
  for (const option of readingOptions()) command.addOption(option);
  return command;
}
