import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { AppError, CancelledError, messageOf } from '../protocol/appError';
import { classifyCommand } from './classifyCommand';
import { committeeCommand } from './committeeCommand';
import { devicesCommand } from './devicesCommand';
import { evaluateCommand } from './evaluateCommand';
import { explainCommand } from './explainCommand';
import { exportCommand } from './exportCommand';
import { importCommand } from './importCommand';
import type { Installation } from './installation';
import { installationAt } from './installation';
import { labelCommand } from './labelCommand';
import { mcpCommand } from './mcpCommand';
import { reportCommand } from './reportCommand';
import { reviewCommand } from './reviewCommand';
import { suggestCommand } from './suggestCommand';
import type { Terminal } from './terminal';
import { endQuietlyOnBrokenPipe } from './terminal';
import { trainCommand } from './trainCommand';
import { workerCommand } from './workerCommand';

/** Done; the work failed or was stopped; the call was wrong; a text has a label that was asked to fail on. */
const exitCodes = { done: 0, failed: 1, wrongCall: 2, found: 3 } as const;

/** @returns the exit code */
async function run(args: readonly string[], installation: Installation, terminal: Terminal): Promise<number> {
  const program = new Command('nanonet')
    .description('Few labels in, a small text classifier out. On this computer alone.')
    .version(version)
    .addCommand(trainCommand(installation, terminal))
    .addCommand(committeeCommand(installation, terminal))
    .addCommand(evaluateCommand(installation, terminal))
    .addCommand(reportCommand(terminal))
    .addCommand(classifyCommand(installation, terminal))
    .addCommand(explainCommand(installation, terminal))
    .addCommand(labelCommand(terminal))
    .addCommand(suggestCommand(installation, terminal))
    .addCommand(reviewCommand(installation, terminal))
    .addCommand(mcpCommand(installation, terminal))
    .addCommand(exportCommand(terminal))
    .addCommand(importCommand(installation, terminal))
    .addCommand(workerCommand(installation, terminal))
    .addCommand(devicesCommand(installation, terminal));
  const commands = [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands: inner }) => inner),
  ];
  for (const command of commands) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    return say(error, terminal);
  }
}

/** @returns the exit code for what was thrown, after saying it */
function say(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongCall; // it has said it
  if (error instanceof CancelledError) return exitCodes.failed;
  if (AppError.is(error)) {
    terminal.err.write(`${error.message}\n`);
    if (AppError.is(error, 'cli/found')) return exitCodes.found;
    return AppError.is(error, 'cli/usage') ? exitCodes.wrongCall : exitCodes.failed;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  terminal.err.write(`This is a bug in NanoNet: ${stack ?? messageOf(error)}\n`);
  return exitCodes.failed;
}

const terminal: Terminal = { out: process.stdout, err: process.stderr };
endQuietlyOnBrokenPipe(terminal.out);
endQuietlyOnBrokenPipe(terminal.err);
void run(process.argv.slice(2), installationAt(__dirname), terminal).then((code) => {
  process.exitCode = code;
});
